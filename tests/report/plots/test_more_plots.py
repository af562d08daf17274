"""What is drawn is what was counted; what cannot be drawn is said."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from tests.report.synthetic import judged_posts

from sentilens.answering import ReplyTimes, measure_reply_times
from sentilens.errors import ConfigError
from sentilens.report import (
    plot_heatmap,
    plot_reply_times,
    plot_severity,
    plot_share_of_voice,
    plot_small_multiples,
)
from sentilens.trends import TrendTable, compute_trends


@pytest.fixture(scope="module")
def posts() -> pd.DataFrame:
    return judged_posts(1200).dropna(subset="created_at")


@pytest.fixture(scope="module")
def trends(posts: pd.DataFrame) -> TrendTable:
    return compute_trends(posts, by=("brand", "channel"))


@pytest.fixture(scope="module")
def reply_times(posts: pd.DataFrame) -> ReplyTimes:
    return measure_reply_times(posts)


@pytest.fixture
def ax() -> Any:
    return Figure(figsize=(8, 4), layout="constrained").add_subplot()


@pytest.fixture(autouse=True)
def _no_figures_left() -> Iterator[None]:
    import matplotlib.pyplot as plt

    plt.switch_backend("agg")
    yield
    plt.close("all")


def texts(axes: Any) -> list[str]:
    return [text.get_text() for text in axes.texts]


def lightness(colour: Any) -> float:
    return float(np.dot(to_rgb(colour), (0.2126, 0.7152, 0.0722)))


# Heatmap


def test_cells_hold_the_rates_of_all_periods(trends: TrendTable, ax: Any) -> None:
    assert plot_heatmap(trends, ax=ax) is ax
    sums = trends.counts.groupby(["brand", "channel"])[["n_posts", "n_complaints"]].sum()
    rows = [label.get_text() for label in ax.get_yticklabels()]
    columns = [label.get_text() for label in ax.get_xticklabels()]
    assert rows[:2] == ["Telmira", "Nordkraft"]
    at = {tuple(map(float, text.get_position())): text.get_text() for text in ax.texts}
    n, complaints = sums.loc[("Telmira", "facebook")]
    column = columns.index("Facebook")
    assert at[column, 0.27] == str(n)
    assert at[column, -0.14] == f"{100 * complaints / n:.0f}%"


def test_cells_of_few_posts_are_hatched_and_say_nothing(posts: pd.DataFrame, ax: Any) -> None:
    few = pd.concat([posts[posts["channel"] == "facebook"], posts[posts["channel"] == "forum"].head(3)])
    plot_heatmap(compute_trends(few, by=("brand", "channel")), ax=ax)
    hatched = [box for box in ax.patches if box.get_hatch()]
    assert 1 <= len(hatched) <= 3
    inside = {(round(box.get_x() + 0.5), round(box.get_y() + 0.5)) for box in hatched}
    assert not inside & {(round(text.get_position()[0]), round(text.get_position()[1])) for text in ax.texts}
    assert "Hatched: fewer than 5 posts." in ax.get_xlabel()


def test_letters_stand_out_from_their_cells(trends: TrendTable, ax: Any) -> None:
    plot_heatmap(trends, "n_posts", ax=ax)
    drawn = {
        (box.get_x() + 0.5, box.get_y() + 0.5): lightness(box.get_facecolor()[:3]) for box in ax.patches if not box.get_hatch()
    }
    assert len(drawn) >= 16
    for text in ax.texts:
        assert abs(drawn[tuple(map(float, text.get_position()))] - lightness(text.get_color())) > 0.3
    counts = sorted((int(text.get_text()), drawn[tuple(map(float, text.get_position()))]) for text in ax.texts)
    assert [light for _, light in counts] == sorted((light for _, light in counts), reverse=True)


def test_many_and_long_names_leave_a_readable_heatmap(posts: pd.DataFrame) -> None:
    rng = np.random.default_rng(1)
    names = [f"A very long name of a company indeed, number $x_{i}$" for i in range(40)]
    many = compute_trends(posts.assign(brand=rng.choice(names, len(posts))), by=("brand", "channel"))
    axes = plot_heatmap(many, min_count=1)
    assert len(axes.get_yticklabels()) == 12
    assert max(len(label.get_text()) for label in axes.get_yticklabels()) <= 26
    assert "28 smaller groups are not shown." in axes.get_xlabel()
    axes.figure.canvas.draw()


# Share of voice


def labelled(axes: Any) -> list[Any]:
    return [patch for patch in axes.patches if patch.get_label() and not patch.get_label().startswith("_")]


def layers(axes: Any) -> dict[str, Any]:
    return {patch.get_label(): patch.get_data() for patch in labelled(axes)}


def test_layers_are_shares_and_fill_the_whole(trends: TrendTable, ax: Any) -> None:
    plot_share_of_voice(trends, ax=ax)
    drawn = layers(ax)
    frame = trends.collapse("brand").to_frame()
    for name in ("Telmira", "Nordkraft"):
        expected = frame.loc[frame["brand"] == name, "share_of_voice"].to_numpy()
        assert drawn[name].values - drawn[name].baseline == pytest.approx(expected)
    assert np.nanmax(list(drawn.values())[-1].values) == pytest.approx(1)
    assert {"Telmira", "Nordkraft"} <= set(texts(ax))


def test_small_groups_are_others(trends: TrendTable, ax: Any) -> None:
    plot_share_of_voice(trends, by=("brand", "channel"), top=3, ax=ax, language="sv")
    names = list(layers(ax))
    assert len(names) == 4
    frame = trends.to_frame()
    n_groups = len(frame[["brand", "channel"]].drop_duplicates())
    assert names[-1] == f"{n_groups - 3} andra"


def test_neighbouring_layers_differ_without_colours(trends: TrendTable, ax: Any) -> None:
    plot_share_of_voice(trends, ax=ax)
    hatches = [bool(patch.get_hatch()) for patch in labelled(ax)]
    assert len(hatches) >= 4
    assert all(one != other for one, other in pairwise(hatches))


def test_periods_without_posts_are_gaps(posts: pd.DataFrame, ax: Any) -> None:
    week = posts["created_at"].dt.isocalendar().week
    plot_share_of_voice(compute_trends(posts[week != 6], by="brand"), ax=ax)
    assert [bool(gap) for gap in np.isnan(next(iter(layers(ax).values())).values[:8])].index(True) == 4


# Severity


def test_bars_are_the_mix_of_severities(trends: TrendTable, ax: Any) -> None:
    plot_severity(trends, by="channel", ax=ax)
    counts = trends.collapse("channel").counts.groupby("channel")[[f"n_severity_{level}" for level in range(5)]].sum()
    rows = [label.get_text() for label in ax.get_yticklabels()]
    expected = counts.loc["facebook"].to_numpy() / counts.loc["facebook"].sum()
    widths = [bars[rows.index("Facebook")].get_width() for bars in ax.containers]
    assert widths == pytest.approx(list(expected))
    assert str(counts.loc["facebook"].sum()) in texts(ax)
    shades = [lightness(bars[0].get_facecolor()[:3]) for bars in ax.containers]
    assert shades == sorted(shades, reverse=True)
    assert min(-np.diff(shades)) > 0.06


def test_severity_per_period(trends: TrendTable, ax: Any) -> None:
    plot_severity(trends, per="period", ax=ax, language="de")
    rows = [label.get_text() for label in ax.get_yticklabels()]
    assert len(rows) == min(24, len(trends.periods))
    assert rows[-1].startswith("Woche")
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    # Read row by row, three in the first, though filled by the column.
    assert legend[:2] == ["Keine Beschwerde", "Anschuldigung"]


def test_posts_without_severities_are_told_of(posts: pd.DataFrame, ax: Any) -> None:
    bare = posts.drop(columns=[f"severity_{level}" for level in range(5)])
    plot_severity(compute_trends(bare, by="brand"), ax=ax)
    assert texts(ax) == ["The posts have no severities."]


# Reply times


def test_curves_are_the_shares_that_wait(reply_times: ReplyTimes, ax: Any) -> None:
    plot_reply_times(reply_times, by="channel", ax=ax)
    curve = next(line for line in ax.lines if line.get_label() == "Facebook")
    hours, shares = (np.asarray(values, dtype=float) for values in curve.get_data())
    waits = reply_times.waiting(channel="facebook")
    for asked in (2.0, 8.0, 24.0, 72.0):
        shown = shares[np.searchsorted(hours, asked, side="right") - 1]
        assert 1 - shown == pytest.approx(waits.answered_within(asked)[0])
    assert {"1 h", "8 h", "1 day", "3 days", "7 days"} <= {label.get_text() for label in ax.get_xticklabels()}
    assert ax.get_xscale() == "log"
    assert any(list(line.get_xdata()) == [24, 24] for line in ax.lines)


def test_curves_differ_without_colours(reply_times: ReplyTimes, ax: Any) -> None:
    plot_reply_times(reply_times, by=("brand", "channel"), ax=ax)
    curves = [line for line in ax.lines if not line.get_label().startswith("_")]
    assert len(curves) == 6
    assert len({to_hex(line.get_color()) for line in curves}) == 6
    assert len({str(line._dash_pattern) for line in curves}) == 6


def test_one_curve_has_its_figure(reply_times: ReplyTimes, ax: Any) -> None:
    plot_reply_times(reply_times, by=(), ax=ax, language="sv")
    still = 1 - reply_times.waiting().answered_within(24)[0]
    assert f"{100 * still:.0f}\u00a0%" in texts(ax)


def test_nobody_answered_is_a_flat_curve(posts: pd.DataFrame, ax: Any) -> None:
    silent = posts.assign(replied_at=pd.NaT, reply_text=[None] * (len(posts) - 1) + ["Tack!"])
    plot_reply_times(measure_reply_times(silent, by="brand"), by=(), ax=ax)
    curve = next(line for line in ax.lines if line.get_label() == "All posts")
    assert set(np.asarray(curve.get_ydata())) == {1.0}


# Small multiples


def test_panels_share_axes_and_stand_by_size(trends: TrendTable) -> None:
    panels = plot_small_multiples(trends)
    assert [panel.get_title(loc="left") for panel in panels][:2] == ["Telmira", "Nordkraft"]
    sizes = [int(panel.get_title(loc="right")) for panel in panels]
    assert sizes == sorted(sizes, reverse=True)
    assert len({panel.get_ylim() for panel in panels}) == len({panel.get_xlim() for panel in panels}) == 1
    frame = trends.collapse("brand").to_frame()
    expected = frame[frame["brand"] == "Telmira"]
    enough = (expected["n_posts"] >= 5).to_numpy() & ~expected["partial"].to_numpy()
    line = next(line for line in panels[0].lines if line.get_label() == "Telmira")
    assert np.asarray(line.get_ydata())[enough] == pytest.approx(expected["complaint_rate"].to_numpy()[enough])


def test_at_most_twelve_panels_and_axes_of_ones_own(trends: TrendTable) -> None:
    assert len(plot_small_multiples(trends, "n_posts", by=("brand", "channel"), top=30)) == 12
    own = Figure().subplots(2, 3)
    assert len(plot_small_multiples(trends, by="channel", axes=own)) == 4
    assert [panel.axison for panel in np.ravel(own)] == [True] * 4 + [False] * 2
    with pytest.raises(ConfigError, match="need 4 axes"):
        plot_small_multiples(trends, by="channel", axes=Figure().subplots(1, 2))


# All of them

Draw = Callable[..., Any]
OF_TRENDS: tuple[Draw, ...] = (plot_heatmap, plot_share_of_voice, plot_severity, plot_small_multiples)


@pytest.mark.parametrize("draw", OF_TRENDS)
@pytest.mark.parametrize("n", [0, 1])
def test_too_few_posts_are_told_of(posts: pd.DataFrame, draw: Draw, n: int) -> None:
    panel = np.ravel(np.asarray(draw(compute_trends(posts.iloc[:n], by=("brand", "channel")))))[0]
    assert texts(panel)[0].startswith("No post has a date." if n == 0 else "No ")
    assert "5 posts" in texts(panel)[0] or n == 0
    panel.figure.canvas.draw()


@pytest.mark.parametrize("language", ["en", "sv", "de"])
@pytest.mark.parametrize("draw", [*OF_TRENDS, plot_reply_times])
def test_plots_are_drawn_quietly_and_the_same_each_time(posts: pd.DataFrame, draw: Draw, language: str, tmp_path: Any) -> None:
    rng = np.random.default_rng(2)
    odd = posts.assign(
        brand=pd.Series(rng.choice(["A·B $5 _x_", "ärlig \\frac", "x" * 60], len(posts))).mask(posts.index % 7 == 0)
    )
    of = measure_reply_times(odd) if draw is plot_reply_times else compute_trends(odd, by=("brand", "channel"))
    pictures = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            figure = np.ravel(np.asarray(draw(of, language=language)))[0].figure
            figure.savefig(tmp_path / "plot.png", dpi=50)
            pictures.append((tmp_path / "plot.png").read_bytes())
    assert pictures[0] == pictures[1]


@pytest.mark.parametrize(
    ("draw", "options", "reason"),
    [
        (plot_heatmap, {"by": ("brand",)}, "bad_by"),
        (plot_heatmap, {"by": "brand"}, "bad_by"),
        (plot_heatmap, {"metric": "anger"}, "unknown_metric"),
        (plot_heatmap, {"metric": "complaint_rate_corrected"}, "no_error_rates"),
        (plot_share_of_voice, {"top": 7}, "bad_top"),
        (plot_share_of_voice, {"by": ()}, "bad_by"),
        (plot_severity, {"per": "week"}, "bad_per"),
        (plot_severity, {"top": 0}, "bad_top"),
        (plot_small_multiples, {"by": "region"}, "unknown_group"),
        (plot_small_multiples, {"language": "xx"}, "unknown_language"),
    ],
)
def test_errors(trends: TrendTable, draw: Draw, options: dict[str, Any], reason: str) -> None:
    with pytest.raises(ConfigError) as caught:
        draw(trends, **options)
    assert caught.value.reason == reason


@pytest.mark.parametrize(("options", "reason"), [({"by": "topic"}, "unknown_group"), ({"top": 7}, "bad_top")])
def test_errors_of_reply_times(reply_times: ReplyTimes, options: dict[str, Any], reason: str) -> None:
    with pytest.raises(ConfigError) as caught:
        plot_reply_times(reply_times, **options)
    assert caught.value.reason == reason

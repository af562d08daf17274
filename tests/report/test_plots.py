from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from tests.report.synthetic import scored_posts

from sentilens.errors import ConfigError
from sentilens.report import ReportBuilder, plot_trends
from sentilens.report.page import render_page
from sentilens.report.plots import METRICS
from sentilens.style import PALETTE, PAPER
from sentilens.trends import TrendTable, compute_trends


@pytest.fixture(scope="module")
def scored() -> pd.DataFrame:
    return scored_posts(600, weeks=8).dropna(subset="created_at")


@pytest.fixture(scope="module")
def trends(scored: pd.DataFrame) -> TrendTable:
    return compute_trends(scored)


@pytest.fixture
def axes() -> Any:
    return Figure().add_subplot()


@pytest.fixture
def headless() -> Iterator[None]:
    import matplotlib.pyplot as plt

    plt.switch_backend("agg")
    yield
    plt.close("all")


def named_lines(axes: Any) -> dict[str, Any]:
    return {line.get_label(): line for line in axes.lines if not line.get_label().startswith("_")}


def drawn(line: Any) -> Any:
    return np.asarray(line.get_ydata(), dtype=float)


@pytest.mark.parametrize("metric", [name for name in METRICS if name != "complaint_rate_corrected"])
def test_lines_show_the_figures_of_the_table(trends: TrendTable, axes: Any, metric: str) -> None:
    assert plot_trends(trends, metric, ax=axes) is axes
    frame = trends.collapse("brand").to_frame()
    lines = named_lines(axes)
    assert list(lines) == ["Telmira", "Nordkraft", "Fjällbutiken", "Sparbjörn", "(none)"][: len(lines)]
    expected = frame[frame["brand"] == "Telmira"]
    whole = ~expected["partial"].to_numpy()
    shown = drawn(lines["Telmira"])
    assert shown[whole] == pytest.approx(expected[metric].to_numpy(dtype=float)[whole], nan_ok=True)
    assert np.isnan(shown[~whole]).all()
    axes.figure.canvas.draw()


def test_thin_periods_are_gaps_in_rates_but_not_in_volumes(scored: pd.DataFrame) -> None:
    telmira = scored[scored["brand"] == "Telmira"]
    week = telmira["created_at"].dt.isocalendar().week
    holey = compute_trends(telmira[(week != 4) | (telmira["created_at"].dt.day_of_year == 23)], by="brand")
    counts = holey.to_frame()["n_posts"].to_numpy()
    assert 0 < counts[2] < 5
    rate, volume = (
        drawn(named_lines(plot_trends(holey, metric, ax=Figure().add_subplot()))["Telmira"])
        for metric in ("complaint_rate", "n_posts")
    )
    assert np.isnan(rate[2])
    assert volume[2] == counts[2]


def test_partial_periods_are_hollow_and_dashed(scored: pd.DataFrame, axes: Any) -> None:
    cut = scored[scored["created_at"] < "2026-02-26"]
    table = compute_trends(cut, by=())
    assert len(table.partial_periods) == 1
    plot_trends(table, ax=axes)
    assert any(line.is_dashed() for line in axes.lines)
    faces = {to_hex(face) for points in axes.collections for face in points.get_facecolor()}
    assert PAPER in faces


def test_the_other_groups_and_the_number_of_lines(trends: TrendTable, axes: Any) -> None:
    plot_trends(trends, by="channel", top=2, ax=axes)
    assert len(named_lines(axes)) == 2
    texts = [text.get_text() for text in axes.texts]
    assert "and 2 smaller" in texts
    both = plot_trends(trends, by=("brand", "channel"), top=8, ax=Figure().add_subplot())
    assert "Telmira · Facebook" in named_lines(both)
    total = plot_trends(trends, by=(), ax=Figure().add_subplot())
    assert list(named_lines(total)) == ["All posts"]
    assert not total.texts


def test_a_group_may_be_brought_to_the_fore(trends: TrendTable, axes: Any) -> None:
    plot_trends(trends, ax=axes, highlight="Nordkraft")
    lines = named_lines(axes)
    assert lines["Nordkraft"].get_linewidth() > lines["Telmira"].get_linewidth()
    peak = np.nanmax(drawn(lines["Nordkraft"]))
    assert f"{100 * peak:.0f}%" in [text.get_text() for text in axes.texts]


def test_corrected_rates_are_drawn_where_they_are_known(scored: pd.DataFrame, trends: TrendTable, axes: Any) -> None:
    facts = {"sensitivity": 0.8, "specificity": 0.9, "n_positive": 400, "n_negative": 900}
    known = compute_trends(scored, by="brand", error_rates={"complaint": {"all": facts}})
    shown = drawn(named_lines(plot_trends(known, "complaint_rate_corrected", ax=axes))["Telmira"])
    frame = known.to_frame()
    expected = frame.loc[frame["brand"] == "Telmira", "complaint_rate_corrected"].to_numpy()
    whole = np.isfinite(shown)
    assert whole.sum() > 4
    assert shown[whole] == pytest.approx(expected[whole])
    with pytest.raises(ConfigError, match="corrected"):
        plot_trends(trends, "complaint_rate_corrected", ax=axes)


def test_plots_speak_the_readers_language(trends: TrendTable, axes: Any) -> None:
    plot_trends(trends, by="channel", ax=axes, language="de")
    assert next(label.get_text() for label in axes.get_xticklabels()) == "5. Jan.\n2026"
    assert {text.get_text() for text in axes.get_yticklabels()} >= {"20\u00a0%"}


def test_labels_are_apart_and_within_the_axes(trends: TrendTable, axes: Any) -> None:
    plot_trends(trends, ax=axes)
    heights = sorted(text.xyann[1] for text in axes.texts if text.xyann[0] > 1)
    assert len(heights) >= 4
    assert min(np.diff(heights)) > 0.02
    assert heights[-1] <= 1


def test_colours_are_told_apart_and_dates_need_no_locale(trends: TrendTable, axes: Any) -> None:
    plot_trends(trends, ax=axes)
    colours = [to_hex(line.get_color()) for line in named_lines(axes).values()]
    assert colours == list(PALETTE[: len(colours)])
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels[0] == "5 Jan\n2026"
    assert "2026" not in labels[1]


def test_an_empty_plot_says_why(scored: pd.DataFrame, trends: TrendTable) -> None:
    few = plot_trends(compute_trends(scored.groupby("brand").head(1)), ax=Figure().add_subplot())
    assert "No period has 5 posts or more." in [text.get_text() for text in few.texts]
    none = plot_trends(compute_trends(scored.iloc[:0]), ax=Figure().add_subplot())
    assert "No post has a date." in [text.get_text() for text in none.texts]
    one_day = scored.assign(created_at="2026-03-09T12:00:00")
    assert named_lines(plot_trends(compute_trends(one_day), ax=Figure().add_subplot()))


@pytest.mark.usefixtures("headless")
def test_a_new_figure_is_made_and_settings_stay(trends: TrendTable) -> None:
    import matplotlib.pyplot as plt

    before = mpl.rcParams.copy()
    axes = plot_trends(trends)
    assert plt.get_fignums() == [axes.figure.number]
    assert mpl.rcParams == before


@pytest.mark.usefixtures("headless")
def test_a_report_leaves_no_figure_and_no_setting_behind(scored: pd.DataFrame) -> None:
    import matplotlib.pyplot as plt

    before = mpl.rcParams.copy()
    builder = ReportBuilder(mask=str)
    builder.add(scored)
    assert render_page(builder.summary()).count("<svg") == 7
    assert plt.get_fignums() == []
    assert mpl.rcParams == before


@pytest.mark.parametrize("options", [{"metric": "anger"}, {"by": "region"}, {"top": 0}, {"top": "6"}, {"language": "xx"}])
def test_errors(trends: TrendTable, axes: Any, options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        plot_trends(trends, ax=axes, **options)

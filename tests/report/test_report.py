from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.report.synthetic import judged_posts, scored_posts

from sentilens.errors import ConfigError, EngineError, MissingColumnsError
from sentilens.report import ReportBuilder, ReportSummary, write_report
from sentilens.report.kept import KeptPosts
from sentilens.report.page import render_page
from sentilens.report.story import tell_extremes, tell_story
from sentilens.wording import wording

ZONE = "Europe/Stockholm"


def unmasked(text: str) -> str:
    return text


def summarize(scored: pd.DataFrame, *, mask: Callable[[str], str] = unmasked, **options: Any) -> ReportSummary:
    builder = ReportBuilder(**{"timezone": ZONE, "explanations": 0, **options}, mask=mask)
    builder.add(scored)
    return builder.summary()


@pytest.fixture(scope="module")
def scored() -> pd.DataFrame:
    return scored_posts()


@pytest.fixture(scope="module")
def summary(scored: pd.DataFrame) -> ReportSummary:
    return summarize(scored)


@pytest.fixture(scope="module")
def page(summary: ReportSummary) -> str:
    return render_page(summary)


class Elements(HTMLParser):
    """Collects tags with their attributes, and fails on tags that do not match."""

    VOID = frozenset({"meta", "path", "use", "line", "img", "br", "rect"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_every_row_is_accounted_for(scored: pd.DataFrame, summary: ReportSummary) -> None:
    assert summary.n_rows == len(scored) == sum(summary.statuses.values())
    assert sum(language.n_rows for language in summary.languages) == len(scored)
    assert summary.n_owned == scored["owned"].sum()
    counted = scored[(scored["status"] == "ok") & ~scored["owned"]]
    assert summary.total.n_posts == len(counted)
    assert summary.total.n_complaints == counted["is_complaint"].sum()
    for groups in (*summary.groups.values(), summary.cells):
        assert sum(group.n_posts for group in groups) == len(counted)
    assert summary.trends.n_posts + summary.trends.n_undated == len(counted)


def test_the_story_is_found(scored: pd.DataFrame, summary: ReportSummary) -> None:
    event = summary.events[0]
    assert (event.names, event.metric, event.clear) == (("Telmira",), "n_complaints", True)
    assert f"{event.peak:%Y-%m-%d}" in {"2026-03-09", "2026-03-16"}
    telmira = scored[(scored["brand"] == "Telmira") & (scored["status"] == "ok") & ~scored["owned"]]
    local = telmira["created_at"].dt.tz_convert(ZONE).dt.tz_localize(None)
    weekly = telmira["is_complaint"].groupby(local.dt.to_period("W-SUN").dt.start_time).sum()
    assert event.n_complaints == event.observed == weekly[event.peak.tz_localize(None)] == weekly.max()
    story = [sentence.replace("\u00a0", " ") for sentence in tell_story(summary, wording())]
    assert len(story) == 4
    assert story[0].startswith(
        f"Telmira, week of {event.peak.day} March: {event.n_complaints} likely complaints, against about"
    )
    assert story[0].endswith("As usual again: week of 23 March.")
    extremes = tell_extremes(summary, wording())[0]
    assert "App Store" in extremes
    assert "Forum" in extremes


def test_the_latest_change_compares_full_weeks(scored: pd.DataFrame, summary: ReportSummary) -> None:
    window, change = summary.change_window, summary.total.change
    assert window is not None
    assert change is not None
    assert window.n_weeks == 4
    assert {moment.weekday() for moment in (window.start, window.middle, window.end)} == {0}
    counted = scored[(scored["status"] == "ok") & ~scored["owned"]]
    local = counted["created_at"].dt.tz_convert(ZONE)
    later = counted[(local >= window.middle) & (local < window.end)]
    assert change.rate == pytest.approx(later["is_complaint"].mean())
    assert change.n_posts == len(later)
    assert change.low < change.difference < change.high
    assert change.clear is (change.low > 0 or change.high < 0)


def test_noise_makes_no_story() -> None:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        quiet = scored_posts(1500)[1500 // 20 :]
        bad = rng.random(len(quiet)) < 0.2
        quiet["is_complaint"] = pd.Series(bad, dtype="boolean").where(quiet["status"] == "ok")
        found = summarize(quiet)
        assert [event for event in found.events if event.clear] == []
        assert found.drifts == ()
        assert "by more than chance would explain" in tell_story(found, wording())[1]


def test_chunks_and_order_do_not_matter(scored: pd.DataFrame, page: str) -> None:
    shuffled = scored.sample(frac=1, random_state=3)
    builder = ReportBuilder(timezone=ZONE, mask=unmasked, explanations=0)
    for begin in range(0, len(shuffled), 317):
        builder.add(shuffled.iloc[begin : begin + 317])
    builder.add(shuffled.iloc[:0])
    assert render_page(builder.summary()) == page


def test_the_page_is_self_contained(page: str) -> None:
    elements = Elements(page).found
    for tag, attributes in elements:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "form"}
        for name in ("src", "srcset", "data", "action", "poster", "background"):
            assert name not in attributes
        for name, value in attributes.items():
            if name.endswith("href"):
                assert (value or "").startswith("#")
            assert not name.startswith("on")
    assert "@import" not in page
    assert "http" not in re.sub(r"http-equiv", "", page)
    assert set(re.findall(r"url\((.)", page)) <= {"#"}
    assert "default-src 'none'" in page


def test_the_page_is_sound_html(page: str) -> None:
    elements = Elements(page).found
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {(a.get("href") or "")[1:] for _, a in elements if (a.get("href") or "").startswith("#")}
    described = {i for _, a in elements for i in (a.get("aria-labelledby") or "").split()}
    assert links | described <= set(ids)
    assert [tag for tag, _ in elements].count("h1") == 1
    svgs = [attributes for tag, attributes in elements if tag == "svg"]
    assert len(svgs) == 6
    assert all(attributes["role"] == "img" for attributes in svgs)
    assert page.count("<caption>") == sum(tag == "table" for tag, _ in elements)
    assert all("scope" in attributes for tag, attributes in elements if tag == "th")
    quoted = {attributes.get("lang") for tag, attributes in elements if tag == "blockquote"}
    assert {"sv", "de"} <= quoted
    assert "prefers-color-scheme: dark" in page


def test_plots_are_small_and_take_the_pages_colours(page: str) -> None:
    svgs = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert all(len(svg.encode()) < 60_000 for svg in svgs)
    assert all("var(--ink)" in svg and "var(--c1)" in svg for svg in svgs)
    assert not any("#0072b2" in svg or "<metadata" in svg for svg in svgs)


def test_nothing_of_a_person_is_on_the_page(scored: pd.DataFrame, page: str) -> None:
    assert "author-" not in page
    assert "posts.example" not in page
    assert not any(f">{post_id}<" in page for post_id in scored["post_id"])


def test_all_is_escaped(scored: pd.DataFrame) -> None:
    evil = "<script>alert('x')</script>&$x^2$"
    bad = scored.assign(
        brand=scored["brand"].where(scored["brand"] != "Telmira", evil),
        channel=scored["channel"].where(scored["channel"] != "forum", evil),
        text=[f"{evil} {i}" for i in range(len(scored))],
        language=scored["language"].where(scored["language"] != "sv", '"><script>'),
    )
    builder = ReportBuilder(title=evil, timezone=ZONE, mask=unmasked)
    builder.add(bad)
    html = render_page(builder.summary(audit={evil: [{evil: evil}]}, model_card={"sources": evil, evil: [evil * 9]}))
    assert html.count("<script") == 1
    assert "&lt;script&gt;alert" in html
    tags = [tag for tag, _ in Elements(html).found]
    assert tags.count("script") == 1
    # Its own group in the plots too, and no formula made of it.
    assert "&lt;script&gt;" in "".join(re.findall(r"<text.*?</text>", html, re.DOTALL))


def test_quotes_are_masked_before_they_are_shortened(scored: pd.DataFrame) -> None:
    secret = "070-123 45 67"
    long = scored.assign(text=["Ringde " * 38 + f"från {secret} {i}, men ingen svarade" for i in range(len(scored))])
    found = summarize(long, mask=lambda text: text.replace(secret, "<PHONE>"))
    assert len(found.top_complaints) == 20
    assert all("<PHONE>" in post.text and "070" not in post.text for post in found.top_complaints)
    assert all(len(post.text) <= 282 for post in found.top_complaints)
    assert secret not in render_page(found)


def test_the_package_masks_if_nothing_else_does(scored: pd.DataFrame) -> None:
    marked = scored.assign(text=[f"Skriv till anna.exempel{i}@posten.example nu" for i in range(len(scored))])
    builder = ReportBuilder()
    builder.add(marked)
    quotes = builder.summary().top_complaints
    assert quotes
    assert not any("anna" in quote.text for quote in quotes)


def test_quotes_are_the_likeliest_one_of_each_wording_and_spread(scored: pd.DataFrame, summary: ReportSummary) -> None:
    quotes = summary.top_complaints
    assert len(quotes) == 20
    probabilities = [quote.probability for quote in quotes]
    assert probabilities == sorted(probabilities, reverse=True)
    per_brand = pd.Series([quote.brand for quote in quotes]).value_counts()
    assert per_brand.max() <= 4
    assert {"Telmira", "Nordkraft", "Fjällbutiken", "Sparbjörn"} <= set(per_brand.index)
    counted = scored[(scored["status"] == "ok") & ~scored["owned"]]
    assert probabilities[0] == counted["complaint_probability"].max()
    owned_texts = set(scored.loc[scored["owned"], "text"])
    assert not owned_texts & {quote.text for quote in quotes}
    copies = scored.assign(text=[f"@someone{i} Ingen svarar! https://t.example/{i}" for i in range(len(scored))])
    assert len(summarize(copies).top_complaints) == 1


def test_small_groups_have_no_figures(scored: pd.DataFrame) -> None:
    tiny = scored.assign(brand=scored["brand"].mask(scored.index.isin(scored.index[scored["status"] == "ok"][:4]), "Wee"))
    tiny.loc[tiny["brand"] == "Wee", ["owned", "is_complaint", "complaint_probability"]] = [False, True, 1.0]
    found = summarize(tiny)
    html = render_page(found)
    row = re.search(
        r'<th scope="row" class="name">Wee</th>\s*(<td.*?)</tr>', html[html.index("<caption>Per brand<") :], re.DOTALL
    )
    assert row is not None
    assert "&lt;5" in row.group(1)
    assert "100" not in row.group(1)
    assert all(quote.brand != "Wee" for quote in found.top_complaints)


def test_a_large_report_stays_small(tmp_path: Path) -> None:
    builder = ReportBuilder(explanations=0)
    builder.add(scored_posts(100_000))
    path = builder.write(tmp_path / "large.html")
    assert 50_000 < path.stat().st_size < 2_000_000


ODD: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = {
    "no posts": (lambda f: f.iloc[:0], "The data hold no posts."),
    "one post": (lambda f: f[(f["status"] == "ok") & ~f["owned"]].iloc[:1], "too few to say anything"),
    "no dates": (lambda f: f.assign(created_at=None), "there is nothing to draw over time"),
    "no date column": (lambda f: f.drop(columns="created_at"), "there is nothing to draw over time"),
    "one day": (lambda f: f.assign(created_at="2026-03-09T10:00:00"), "a line needs two"),
    "nothing scored": (lambda f: f.assign(status="empty"), "without a score"),
    "all owned": (lambda f: f.assign(owned=True), "of the company’s own are left out"),
    "all copies": (lambda f: f.assign(copy_of="1", owned=False), "that repeat earlier ones are left out"),
    "some copies": (
        lambda f: f.assign(copy_of=["1"] * 90 + [None] * (len(f) - 90), owned=None),
        "90 posts that repeat earlier ones are left out",
    ),
    "all the same": (lambda f: f.assign(text="Samma", sentiment="negative", is_complaint=True), "100%"),
    "no complaints": (lambda f: f.assign(is_complaint=False), "none was scored as a complaint"),
    "no brand": (lambda f: f.drop(columns=["brand", "owned"]), "(none)"),
    "no texts": (lambda f: f.drop(columns="text"), "the data hold no texts"),
    "many brands": (lambda f: f.assign(brand=[f"Brand {i % 300:03}" for i in range(len(f))]), "(the first 50 of 300)"),
    "five thousand brands": (lambda f: _many_brands(f), "(the first 50 of "),
    "future dates": (lambda f: f.assign(created_at=_some_far(f["created_at"])), "dates more than a year from all others"),
    "mixed time zones": (lambda f: f.assign(created_at=_mixed(f["created_at"])), "March"),
    "dates that are none": (lambda f: f.assign(created_at="soon"), "there is nothing to draw over time"),
    "one brand": (lambda f: f.assign(brand="Telmira", channel="forum"), "Telmira"),
    "no languages known": (lambda f: f.assign(language=None), "Unknown language"),
    "two weeks": (lambda f: f[f["created_at"] < "2026-01-19"], "no clear change"),
}


def _many_brands(frame: pd.DataFrame) -> pd.DataFrame:
    times = pd.concat([frame] * 6, ignore_index=True)
    return times.assign(brand=[f"Brand {i % 5000:04}" for i in range(len(times))])


def _some_far(times: pd.Series[Any]) -> pd.Series[Any]:
    """Put the latest posts forty years off."""
    return times.where(times < times.quantile(0.998), times + pd.DateOffset(years=40))


def _mixed(times: pd.Series[Any]) -> list[Any]:
    zones = ("Europe/Stockholm", "America/New_York", "UTC")
    return [None if pd.isna(t) else t.tz_convert(zones[i % 3]).isoformat() for i, t in enumerate(times)]


@pytest.mark.parametrize("case", ODD)
def test_odd_data_make_a_page_that_says_so(scored: pd.DataFrame, case: str) -> None:
    change, expected = ODD[case]
    html = render_page(summarize(change(scored)))
    assert expected in html
    assert not re.search(r"\bnan\b|\bNaT\b|\bNone\b", html)
    Elements(html)


@pytest.mark.parametrize(
    ("freq", "by"),
    [("h", ("brand", "channel", "language")), ("D", ()), ("M", "channel"), ("Q", ("channel", "brand")), ("Y", "brand")],
)
def test_other_periods_and_groups(scored: pd.DataFrame, freq: str, by: Any) -> None:
    found = summarize(scored, freq=freq, by=by)
    assert "Over time" in render_page(found)
    assert set(found.groups) == ({by} if isinstance(by, str) else set(by))


def test_audit_and_model_card_are_shown(scored: pd.DataFrame, tmp_path: Path) -> None:
    class Audit:
        def to_dict(self) -> dict[str, Any]:
            found = {"encoding": "windows-1252", "rejects": {"ragged_row": 40}, "rows_read": 1200, "rows_accepted": 1160}
            return {**found, "guesses": [], "odd": [{"line": 17}] * 40}

    card = {
        "limitations": ["Irony is often missed."],
        "model_id": "ours-2026",
        "metrics": {"per_language": [{"language": "sv", "f1": 0.81234}]},
        "sources": [{"name": "Invented posts", "licence": "CC0-1.0"}],
    }
    with_attrs = scored.copy()
    with_attrs.attrs.update(audit=Audit(), model_card=card)
    path = write_report(with_attrs, tmp_path / "report.html")
    html = path.read_text(encoding="utf-8")
    for expected in (
        "windows-1252",
        "40: the row has more or fewer cells",
        "1,200 read, 1,160 taken",
        "and 10 more",
        "ours-2026",
        "0.8123",
        "CC0-1.0",
        "Irony is often",
    ):
        assert expected in html
    assert "Guesses" not in html
    given = write_report(with_attrs, tmp_path / "given.html", audit={"encoding": "utf-8"}, model_card={"a": 1})
    assert "windows-1252" not in given.read_text(encoding="utf-8")


def test_the_file_appears_whole_or_not_at_all(scored: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.html"
    scored = scored.assign(created_at=None)
    first = write_report(scored.head(300), path).read_bytes()
    assert write_report(scored.head(300), str(path)).read_bytes() == first
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]

    def fail(*_: object) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(EngineError, match="close the file where it is open") as caught:
        write_report(scored.head(200), path)
    assert caught.value.reason == "unwritable"
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]
    assert path.read_bytes() == first
    with pytest.raises(EngineError):
        write_report(scored.head(200), tmp_path / "nowhere" / "report.html")


def test_errors(scored: pd.DataFrame) -> None:
    with pytest.raises(MissingColumnsError, match=r"model\.score"):
        ReportBuilder().add(scored.drop(columns="status"))
    with pytest.raises(MissingColumnsError, match="region"):
        ReportBuilder(by="region").add(scored)
    for options in ({"freq": "15min"}, {"timezone": "Mars"}, {"top_complaints": -1}, {"by": "n_posts"}):
        with pytest.raises(ConfigError):
            ReportBuilder(**options)  # type: ignore[arg-type]


def test_reading_does_not_change_the_posts(scored: pd.DataFrame) -> None:
    copy = scored.copy(deep=True)
    summarize(copy)
    pd.testing.assert_frame_equal(copy, scored)


def test_a_report_without_chunks_is_empty() -> None:
    nothing = ReportBuilder().summary()
    assert (nothing.n_rows, nothing.total.n_posts, nothing.events, nothing.groups) == (0, 0, (), {"brand": (), "channel": ()})


def test_a_wrong_date_does_not_stretch_the_report(scored: pd.DataFrame) -> None:
    far = summarize(scored.assign(created_at=_some_far(scored["created_at"])))
    assert 0 < far.n_stray < 10
    assert len(far.weekly.periods) == 26
    assert far.weekly.n_posts + far.n_stray == summarize(scored).weekly.n_posts
    assert far.total.n_posts == summarize(scored).total.n_posts


def test_mixed_time_zones_are_the_same_moments(scored: pd.DataFrame) -> None:
    same = summarize(scored.assign(created_at=_mixed(scored["created_at"])))
    assert same.weekly == summarize(scored).weekly


def test_corrected_rates_are_shown_where_asked_for_and_known(scored: pd.DataFrame, tmp_path: Path) -> None:
    facts = {"sensitivity": 0.8, "specificity": 0.9, "n_positive": 400, "n_negative": 900}
    card = {"error_rates": {"complaint": {"all": facts}}}
    plain = write_report(scored, tmp_path / "plain.html", model_card=card).read_text(encoding="utf-8")
    corrected = write_report(scored, tmp_path / "corrected.html", model_card=card, corrected=True).read_text(encoding="utf-8")
    called = scored[(scored["status"] == "ok") & ~scored["owned"]]["is_complaint"].mean()
    true = (called + 0.9 - 1) / 0.7
    for page, figure in ((plain, called), (corrected, true)):
        assert f'<span class="figure">{100 * figure:.0f}%</span>' in page
        assert f"calls {100 * called:.0f}% complaints" in page
        assert f"then {100 * true:.0f}% are" in page
    assert "The rates in this report are not corrected." in plain
    assert "The rates in this report are corrected so" in corrected
    assert any(
        sentence.startswith("About") for sentence in tell_story(summarize(with_card(scored, card), corrected=True), wording())
    )


def with_card(scored: pd.DataFrame, card: dict[str, Any]) -> pd.DataFrame:
    copy = scored.copy()
    copy.attrs["model_card"] = card
    return copy


def test_all_parts_are_made_of_what_the_posts_tell() -> None:
    posts = judged_posts()
    builder = ReportBuilder(mask=unmasked, explanations=1)
    for begin in range(0, len(posts), 400):
        builder.add(posts.iloc[begin : begin + 400])
    found = builder.summary()
    assert [one.explanation.within for one in found.explained] == [{"brand": "Telmira"}]
    html = render_page(found)
    assert found.queue is not None
    assert found.reply_times is not None
    assert found.heads == ("leaving", "expects_reply")
    counted = posts[(posts["status"] == "ok") & ~posts["owned"]]
    assert found.total.heads["leaving"][0] == pytest.approx(counted["is_leaving"].mean())
    assert found.total.severities == tuple((counted[[f"severity_{k}" for k in range(5)]] == 0.8).sum())
    for expected in (
        "Leaving",
        "Outages and reliability",
        "Time to the first answer",
        "An unhappy customer",
        "Blame or threat",
    ):
        assert expected in html
    Elements(html)


def test_of_very_many_posts_a_sample_is_kept_whatever_the_chunks() -> None:
    posts = judged_posts(600)[["text", "created_at", "brand"]]
    whole, parts = KeptPosts(200), KeptPosts(200)
    whole.add(posts)
    shuffled = posts.sample(frac=1, random_state=2)
    for begin in range(0, len(shuffled), 70):
        parts.add(shuffled.iloc[begin : begin + 70])
    assert whole.is_sample
    pd.testing.assert_frame_equal(whole.frame(), parts.frame())
    assert len(whole.frame()) == 200

"""The page for everyone: axe-core finds nothing to mend, in light and dark, wide and narrow, in three languages."""

from __future__ import annotations

import html
import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from tests.report.browser import dump_dom
from tests.report.synthetic import judged_posts

from sentilens.report import ReportBuilder
from sentilens.report.page import render_page
from sentilens.wording import wording

LANGUAGES = ("en", "sv", "de")
#: Runs axe in a frame and tells the page around it.
RUN = """
addEventListener("load", () => axe.run(document, {resultTypes: ["violations"]}).then(
  found => parent.postMessage({name: location.hash, found: found.violations.map(
    v => v.id + ": " + v.nodes.map(n => n.target.join(" ") + " " + (n.any[0]?.message ?? "")).join(" | ")),
    dark: matchMedia("(prefers-color-scheme: dark)").matches, width: innerWidth, rules: found.testEngine.version}, "*"),
  error => parent.postMessage({name: location.hash, found: [String(error)]}, "*")));
"""
GATHER = """
const results = {};
addEventListener("message", event => {
  results[event.data.name] = event.data;
  document.getElementById("out").textContent = JSON.stringify(results);
});
"""


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    builder = ReportBuilder(mask=str, explanations=1)
    builder.add(judged_posts())
    summary = builder.summary()
    return {language: render_page(summary, wording(language)) for language in LANGUAGES}


def test_the_page_has_all_its_parts(pages: dict[str, str]) -> None:
    ids = ("moved", "why", "trends", "groups", "topics", "queue", "replies", "posts", "languages", "sources", "method")
    for language, page in pages.items():
        assert f'<html lang="{language}">' in page
        for name in ids:
            assert f'id="{name}"' in page, name
            assert f'href="#{name}"' in page or name in {"sources"} or f'<a href="#{name}"' in page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_to_mend(pages: dict[str, str], dark: bool, tmp_path: Path) -> None:
    widths = dict(zip(LANGUAGES, (1200, 390, 390) if dark else (390, 1200, 1200), strict=True))
    found = run_axe(pages, widths, tmp_path, dark=dark)
    assert len(found) == len(LANGUAGES)
    for name, result in found.items():
        assert result["found"] == [], name
        assert (result["dark"], result["width"]) == (dark, int(name.rsplit("-", 1)[1]))


def test_axe_would_find_what_is_wrong(pages: dict[str, str], tmp_path: Path) -> None:
    faint = pages["en"].replace("--muted: #5c6670", "--muted: #b9c0c6").replace('<html lang="en">', "<html>")
    found = run_axe({"en": faint}, {"en": 1200}, tmp_path, dark=False)
    problems = " ".join(found["#en-1200"]["found"])
    assert "color-contrast" in problems
    assert "html-has-lang" in problems


def test_tables_are_sorted_from_the_keyboard_under_the_pages_own_policy(pages: dict[str, str], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(pages["en"], encoding="utf-8")
    # The page's own script runs, and no other does.
    untouched = dump_dom(page)
    assert re.search(r'<th scope="col"><button type="button">', untouched)
    press = (
        'const b = [...document.querySelectorAll("table.sortable th button")].find(b => b.textContent === "Complaint rate");'
    )
    page.write_text(pages["en"].replace("</body>", f"<script>{press} b.focus(); b.click();</script></body>"), encoding="utf-8")
    assert not re.search(r"<th[^>]* aria-sort=", dump_dom(page))
    allowed = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text(encoding="utf-8"))
    page.write_text(allowed, encoding="utf-8")
    table = next(part for part in dump_dom(page).split("<table")[1:] if 'aria-sort="descending"' in part)
    shown = re.findall(r"<tr>(.*?)</tr>", table[table.index("<tbody") :], re.DOTALL)
    values = [re.findall(r'data-v="([^"]*)"', row)[1] for row in shown]
    filled = [float(value) for value in values if value]
    assert filled == sorted(filled, reverse=True)
    assert len(filled) >= 4
    assert values[len(filled) :] == [""] * (len(values) - len(filled))


def run_axe(pages: dict[str, str], widths: dict[str, int], folder: Path, *, dark: bool) -> dict[str, Any]:
    spec = find_spec("axe_core_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-core-python is not installed")
    axe = (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    frames = []
    for language, page in pages.items():
        # The page allows no script but its own; the copy under test has none of that.
        open_page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
        assert open_page != page
        copy = folder / f"{language}.html"
        copy.write_text(open_page.replace("</body>", f"<script>{axe}</script><script>{RUN}</script></body>"), encoding="utf-8")
        width = widths[language]
        name = f"#{language}-{width}"
        frames.append(f'<iframe src="{copy.as_uri()}{name}" style="border:0" width="{width}" height="900"></iframe>')
    around = folder / "around.html"
    around.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><pre id="out">{{}}</pre><script>{GATHER}</script>{"".join(frames)}',
        encoding="utf-8",
    )
    out = re.search(r'<pre id="out">(.*?)</pre>', dump_dom(around, dark=dark), re.DOTALL)
    assert out is not None
    results: dict[str, Any] = json.loads(html.unescape(out.group(1)))
    return results

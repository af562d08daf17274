"""Headless Chromium, as far as the machine has one: the DOM of a page after its scripts have run."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
#: Milliseconds of the page's own clock; it runs faster than ours while nothing is to be done.
BUDGET = 120_000


def dump_dom(page: Path, *, dark: bool = False) -> str:
    """Open a page in Chromium and give its DOM when it has come to rest; the test is skipped where there is no Chromium."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    arguments = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"]
    arguments += [f"--user-data-dir={page.parent / 'profile'}", f"--virtual-time-budget={BUDGET}", "--window-size=1300,1000"]
    arguments += [f"--blink-settings=preferredColorScheme={0 if dark else 1}", "--dump-dom", page.as_uri()]
    return subprocess.run(arguments, capture_output=True, text=True, timeout=300, check=True, encoding="utf-8").stdout

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

from sentilens.choosing import choose_posts_to_label, label_in_notebook
from sentilens.errors import LabelError, MissingDependencyError
from sentilens.scorer import PostScorer


class Widget:
    """As much of an ipywidget as the form uses."""

    def __init__(self, children: Any = (), **traits: Any) -> None:
        self.children, self.watchers, self.clicked = children, [], None
        self.__dict__ |= {"_value": "", **traits}

    def observe(self, watcher: Any, names: str) -> None:
        assert names == "value"
        self.watchers.append(watcher)

    def on_click(self, handler: Any) -> None:
        self.clicked = handler

    @property
    def value(self) -> Any:
        return self._value

    @value.setter
    def value(self, new: Any) -> None:
        options = [option[1] for option in getattr(self, "options", [])]
        assert not options or new in options
        changed, self._value = new != self._value, new
        for watcher in self.watchers if changed else ():
            watcher({"new": new})


@pytest.fixture
def _widgets(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("ipywidgets")
    for name in ("Label", "Textarea", "Text", "Dropdown", "ToggleButtons", "Button", "VBox", "HBox", "Layout"):
        setattr(module, name, Widget)
    monkeypatch.setitem(sys.modules, "ipywidgets", module)


@pytest.mark.usefixtures("_widgets")
def test_answers_go_into_the_table(export: pd.DataFrame, model: PostScorer) -> None:
    chosen = choose_posts_to_label(export, 3, model=model, heads=("leaving",))
    box = label_in_notebook(chosen)
    place, text, *answers, buttons = box.children
    by_name = {answer.description: answer for answer in answers}
    assert set(by_name) == {"sentiment", "complaint", "severity", "expects_reply", "topic", "leaving", "labeller_note"}
    back, onward = buttons.children
    by_name["complaint"].value = "1"
    by_name["leaving"].value = "ja"
    onward.clicked(None)
    assert (place.value, text.value) == ("2 of 3", chosen.loc[1, "text"])
    assert by_name["complaint"].value == ""
    by_name["complaint"].value = "0"
    back.clicked(None)
    assert by_name["complaint"].value == "1"
    by_name["complaint"].value = ""
    back.clicked(None)
    assert place.value == "1 of 3"
    assert chosen["complaint"].fillna("").tolist() == ["", "0", ""]
    assert chosen["leaving"].fillna("").tolist() == ["ja", "", ""]


@pytest.mark.usefixtures("_widgets")
def test_nothing_to_label_is_said() -> None:
    with pytest.raises(LabelError):
        label_in_notebook(pd.DataFrame({"text": []}))


def test_without_ipywidgets_the_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(MissingDependencyError, match="write_label_sheet"):
        label_in_notebook(pd.DataFrame({"text": ["a"]}))

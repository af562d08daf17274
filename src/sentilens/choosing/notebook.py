"""A small form in notebooks that fills in the labels; the file does the same everywhere."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..errors import LabelError, MissingDependencyError
from ..schema import HEAD_CLASSES, LABEL_COLUMNS, TEXT
from .sheet import NOTE, SHEET_COLUMNS


def label_in_notebook(chosen: pd.DataFrame) -> Any:
    """Show the posts one by one with buttons for their labels.

    Parameters
    ----------
    chosen : DataFrame
        From `choose_posts_to_label`, or its file read again. Answers are written into it at once; an answer can be taken back.

    Returns
    -------
    ipywidgets.VBox
        Shown by the notebook.

    Raises
    ------
    MissingDependencyError
        If ipywidgets is not installed.
    LabelError
        If there is nothing to label.
    """
    try:
        import ipywidgets
    except ImportError as error:
        raise MissingDependencyError(
            "The form needs the package ipywidgets.",
            reason="no_ipywidgets",
            hint="Install it, or write the posts with write_label_sheet and fill in the file.",
        ) from error
    if chosen.empty or TEXT not in chosen.columns:
        raise LabelError("There are no posts to label.", reason="no_candidates")
    return _Form(chosen, ipywidgets).box


class _Form:
    """The form and the post that it shows."""

    def __init__(self, chosen: pd.DataFrame, widgets: Any) -> None:
        self.chosen: Any = chosen
        self.row = 0
        names = [name for name in chosen.columns if name in LABEL_COLUMNS or name not in SHEET_COLUMNS]
        self.place = widgets.Label()
        # A text area shows a text as it is; HTML in a post would be run.
        self.text = widgets.Textarea(disabled=True, layout=widgets.Layout(width="100%", height="8em"))
        self.answers = {name: self._answer(name, widgets) for name in (*names, NOTE)}
        back, onward = widgets.Button(description="Back"), widgets.Button(description="Next", button_style="primary")
        back.on_click(lambda _: self.show(self.row - 1))
        onward.on_click(lambda _: self.show(self.row + 1))
        self.box = widgets.VBox([self.place, self.text, *self.answers.values(), widgets.HBox([back, onward])])
        self.show(0)

    def _answer(self, name: str, widgets: Any) -> Any:
        if name in HEAD_CLASSES:
            options = [("–", ""), *((answer, answer) for answer in HEAD_CLASSES[name])]
            kind = widgets.Dropdown if len(options) > len(HEAD_CLASSES["severity"]) + 1 else widgets.ToggleButtons
            answer = kind(options=options, description=name)
        else:
            answer = widgets.Text(description=name, continuous_update=False)
        answer.observe(lambda change: self._keep(name, change["new"]), names="value")
        return answer

    def _keep(self, name: str, value: str) -> None:
        if name not in self.chosen.columns:
            self.chosen[name] = pd.Series(None, self.chosen.index, object)
        self.chosen[name] = self.chosen[name].astype(object)
        self.chosen.loc[self.chosen.index[self.row], name] = value or None

    def show(self, row: int) -> None:
        """Show a post with the labels it has."""
        self.row = min(max(row, 0), len(self.chosen) - 1)
        post = self.chosen.iloc[self.row]
        self.place.value = f"{self.row + 1} of {len(self.chosen)}"
        self.text.value = str(post[TEXT])
        for name, answer in self.answers.items():
            value = post.get(name)
            answer.value = "" if value is None or pd.isna(value) else str(value)

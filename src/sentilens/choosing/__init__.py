"""Choose which posts to label next, and keep figures from those labels honest."""

from .choose import LabelChoice, choose_posts_to_label
from .control import control_rows, estimate_from_control
from .notebook import label_in_notebook
from .sheet import write_label_sheet

__all__ = [
    "LabelChoice",
    "choose_posts_to_label",
    "control_rows",
    "estimate_from_control",
    "label_in_notebook",
    "write_label_sheet",
]

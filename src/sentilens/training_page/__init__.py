"""The report on a training as a page or as Markdown."""

from .page import check_ending, write_training_page

__all__ = ["check_ending", "write_training_page"]

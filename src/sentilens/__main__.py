"""``python -m sentilens``: the command line where scripts are not on the path."""

from .cli import run

run()

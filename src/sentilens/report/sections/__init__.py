"""Parts of a report that need more than a table: what moved, plots, how posts were read and scored, the method."""

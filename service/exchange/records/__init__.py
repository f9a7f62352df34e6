"""What stands in a file, a row each: groups, volunteers, past sessions. Their columns, their cells, and how a file is written."""

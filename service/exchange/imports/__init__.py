"""Files that come in: read, judged row by row, carried out at a person's word, and undone."""

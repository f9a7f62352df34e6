"""The start pages: a municipality's one screen, and DRC's Monday list."""

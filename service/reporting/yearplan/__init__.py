"""The plan of a year: what the agreement in force puts into it, month by month."""

"""Drift: what was signed, what runs and what is used, side by side, for the talk at the next status meeting."""

"""The JSON API: its shapes, refusals, roles, and calls that are repeated."""

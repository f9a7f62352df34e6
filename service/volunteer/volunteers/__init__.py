"""Volunteers: persons, their roles in groups, their child certificates. DRC's alone."""

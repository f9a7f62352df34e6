"""The monthly statement: one for each municipality with a partnership in force, unattended."""

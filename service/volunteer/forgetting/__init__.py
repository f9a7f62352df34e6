"""A volunteer who is forgotten: what is removed, what stays and why, and what is left in backups."""

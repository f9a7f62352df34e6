"""Backups: the whole database at one moment, checked before it is called done, and put back into an empty one."""

"""E-mail that is owed, sent once."""

"""What runs and what was held. Every figure of a statement and of a page comes from here."""

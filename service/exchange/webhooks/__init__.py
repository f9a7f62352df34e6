"""Webhooks: a municipality's own system is told, signed, that a paper has been issued."""

"""Demonstration data: real municipalities, plainly invented people, and thirteen months of what volunteers did."""

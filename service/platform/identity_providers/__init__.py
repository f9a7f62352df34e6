"""A municipality's own way in: the provider that says who its people are and what they do, and who comes by it."""

"""Whoever reads all that a municipality is told, and reckons: a solver of its own, written apart from the engine that it attacks."""

"""What became of a paper after it was issued, as the server itself sees it."""

"""The agreements that groups hold with DRC, by which they are groups of its network."""

"""Groups and networks: who they are, where they work, what they have free, what is lacking, and what a municipality sees of it."""

"""The log of issued papers: a Merkle tree that only grows, its signed checkpoints, and the proofs that others hold us to."""

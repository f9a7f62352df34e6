"""People who sign in: who they are, what they do, for whom they may act, and the sessions and keys they hold."""

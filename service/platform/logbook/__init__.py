"""The ledger as people read it: who did, saw and was told what; and samples of it that somebody looks through and signs."""

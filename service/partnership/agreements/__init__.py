"""Partnership agreements: from a draft to a paper that both parties approve, and so to what is in force."""

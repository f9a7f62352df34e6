"""Who did, saw and exported what: append-only, each entry chained to the one before, a chain for each municipality and one for DRC."""

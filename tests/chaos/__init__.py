"""`make chaos`: a year's statements exactly once, whatever is killed, emptied, hung, full or down meanwhile."""

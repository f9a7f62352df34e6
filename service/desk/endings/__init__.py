"""What follows when an agreement ends before its term, shown before it is done; and the steps that end it."""

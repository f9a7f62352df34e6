"""What anyone can find: the groups that agreed to be shown, and their public activities."""

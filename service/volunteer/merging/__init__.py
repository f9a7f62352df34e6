"""Two entries of the same volunteer made one, and parted again for as long as that can be undone."""

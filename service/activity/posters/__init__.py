"""What of an activity is for everybody: its public page, and a poster with the way to it."""

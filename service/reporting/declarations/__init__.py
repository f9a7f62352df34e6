"""The yearly declaration on child certificates: numbers and dates, no person."""

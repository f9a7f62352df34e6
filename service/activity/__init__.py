"""What runs and what was held: activities, the monthly check-in, calendars and posters."""

"""The tests mirror the features. `walls` proves things about the whole code base, `journeys` walks in a real browser."""

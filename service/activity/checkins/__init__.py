"""The monthly check-in: a group's contact tells by a mailed link what was held, in three minutes and without an account."""

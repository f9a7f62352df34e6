"""DRC's own division of the country: which municipalities each consultant looks after and sees, from day to day."""

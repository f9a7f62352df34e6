"""What of DRC's network each municipality sees: offered, answered, ended, and why one sees what one sees."""

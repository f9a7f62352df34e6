"""What the agreement in force makes each side do, with dates: due, done or overdue."""

"""What is told of a month or a year: statements, declarations, how volunteers come and go, drift from the agreements, the year's plan."""

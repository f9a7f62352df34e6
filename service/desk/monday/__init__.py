"""The Monday list: what needs DRC's people, wherever in the house it comes from, the most urgent first."""

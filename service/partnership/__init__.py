"""What DRC and a municipality agree on: the catalogue, the scope, the agreement, what both have promised."""

"""Papers of a year, of a term and of a case: made of what the months have told, without anything being entered anew."""

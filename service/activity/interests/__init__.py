"""People who would like to join: from the form that anyone finds to an interested volunteer."""

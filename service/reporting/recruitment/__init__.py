"""How a municipality's volunteers come and go, as counts by month. The persons themselves stay with DRC."""

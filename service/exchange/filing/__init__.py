"""Papers for the file of a municipality: packages to be fetched, and mail to where it files them."""

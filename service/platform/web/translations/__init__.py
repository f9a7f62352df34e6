"""The Danish texts of the pages. The English ones are in the code and the templates themselves."""

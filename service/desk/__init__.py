"""Where people begin their day: start pages, the Monday list, a municipality's view as DRC sees it; and what operators ask."""

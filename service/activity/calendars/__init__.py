"""The common calendar: what is to meet in a month, as a page, by the API, and as a feed for a calendar program."""

"""Files in and out: rows of a spreadsheet become what is registered, and what is registered becomes rows."""

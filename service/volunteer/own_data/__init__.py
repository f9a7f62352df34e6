"""What is kept of a volunteer, for the volunteer: by a link that is mailed, and what they ask to have done about it."""

"""Who each side's contact is now: named by the agreement, changed by an act of its own, and followed by pages, papers to come and mails."""

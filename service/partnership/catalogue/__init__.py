"""The catalogue: activity types and their side of the boundary, outcomes, measures, clauses, principles.

The files in `data/` are working texts that the secretariat edits; the rows in the database are what the service uses.
Begin with `rules`: the boundary to statutory tasks, and how a clause becomes the words of one agreement.
"""

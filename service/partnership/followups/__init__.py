"""What DRC tells of an agreement that nothing counts by itself: what was used of an earmark, and what was reached of some targets."""

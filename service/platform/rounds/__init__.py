"""Rounds: unattended work, step by step, each municipality for itself. What a step raises sets one municipality aside, and no other."""

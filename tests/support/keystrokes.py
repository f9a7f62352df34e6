"""How long it takes to do something on a page: the keystroke-level model.

S. K. Card, T. P. Moran and A. Newell, The Psychology of Human-Computer Interaction (1983), chapter 8: what somebody who knows
the page does without a mistake is cut into operations, each takes the time that was measured for it, and the sum is the time of
all. It tells well which of two pages asks for more. It is a model, and no measurement of anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

KEY = 0.5  # K, a key that does not follow from the one before, as digits do not: 0.5 s; it is no faster on a phone's large keys
TAP = (
    1.1  # P, to point at something and press it; a swipe of the page is counted as one too, which is more than it takes
)
THOUGHT = 1.35  # M, to decide on what comes next, or to recall a number
WAIT = 3.0  # R, which is for the system: 100 kB at 400 kbit/s take 2 s, and the phone 1 s


@dataclass(frozen=True, slots=True)
class Effort:
    """How many operations something asked for."""

    keys: int = 0
    taps: int = 0
    thoughts: int = 0
    waits: int = 0


def seconds(effort: Effort) -> float:
    """How long it takes by the model."""
    return effort.keys * KEY + effort.taps * TAP + effort.thoughts * THOUGHT + effort.waits * WAIT

"""Which act of which party leads from where to where: the same for every kind of agreement. Plain values in and out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

State = TypeVar("State", bound=StrEnum)
Side = TypeVar("Side", bound=StrEnum)
Act = TypeVar("Act", bound=StrEnum)


class OutOfOrder(ValueError):
    """The act is not possible in the state the agreement is in."""


@dataclass(frozen=True, slots=True)
class Steps(Generic[State, Side, Act]):
    """The steps of one kind of agreement: the state that each act of a party leads to, by the state it is in."""

    lead: Mapping[tuple[State, Side, Act], State]

    def after(self, state: State, party: Side, act: Act) -> State:
        """The state that an act leads to. Raises OutOfOrder when it is not the party's to do in this state."""
        try:
            return self.lead[state, party, act]
        except KeyError as error:
            raise OutOfOrder(f"{party} cannot make it {act} while it is {state}") from error

    def possible(self, state: State, party: Side) -> frozenset[Act]:
        """What a party can do in a state."""
        return frozenset(act for at, who, act in self.lead if at is state and who is party)

    def acts_of(self, party: Side) -> frozenset[Act]:
        """What a party can do in one state or another."""
        return frozenset(act for _state, who, act in self.lead if who is party)

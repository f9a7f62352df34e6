"""Act within a reach: the one place that knows both whose rows may be seen and the session that sees them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tenants.database import forget_session, in_transaction
from tenants.reach import Reach, within


class ReachChanged(RuntimeError):
    """A second reach was asked for while a transaction of the first was open. One session has one reach."""


@contextmanager
def acting_for(reach: Reach) -> Iterator[Reach]:
    """Do what is inside within `reach`; leaves no session behind.

    Raises ReachChanged when a transaction is open already, as its rows were read within another reach.
    """
    if in_transaction():
        raise ReachChanged("end the open transaction before acting for someone else")
    forget_session()
    with within(reach):
        try:
            yield reach
        finally:
            forget_session()

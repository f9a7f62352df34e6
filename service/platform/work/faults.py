"""What went wrong with a piece of work, told apart: a fault of ours, something that is away, or a try that was lost.

A fault of ours does not pass by trying again: it is told at once. What is away comes back: the work waits for it, however long,
and no try is used up. Of a try that was lost nobody knows, and who puts us off may do so for ever: there is an end to those.
"""

from __future__ import annotations

import errno
import socket
from enum import StrEnum

from redis import exceptions as redis
from rq.timeouts import JobTimeoutException
from sqlalchemy import exc as sqlalchemy


class Fault(StrEnum):
    """Why a piece of work is not done."""

    UNREADABLE = (
        "unreadable"  # what it is made of: a code that nobody knows, a fact that is missing, a fault in the code
    )
    UNPRINTABLE = "unprintable"  # its paper cannot be laid out
    REFUSED = "refused"  # the one it is for does not take it
    PUT_OFF = "put_off"  # the one it is for says: not now
    AWAY = "away"  # something that it needs: PostgreSQL, Redis, the mail server, room on the disk
    LOST = "lost"  # its worker was killed, or it took too long or too much memory


PERMANENT = frozenset({Fault.UNREADABLE, Fault.UNPRINTABLE, Fault.REFUSED})
QUERY_CANCELED = "57014"
# Classes and codes of SQLSTATE by which PostgreSQL says that it is not the statement's fault: no connection, read only (a
# switch-over), no entry, no such database yet, two at once, no resources, not now, an operator, the system.
OUTAGES = ("08", "25006", "25P03", "28", "3D", "40", "53", "55", "57", "58")
OF_THE_SYSTEM = frozenset(
    {
        *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN),
        *(errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.ESTALE),
    }
)
AWAY = (
    sqlalchemy.TimeoutError,  # every connection is taken
    redis.ConnectionError,
    redis.TimeoutError,
    redis.ReadOnlyError,
    redis.OutOfMemoryError,
    ConnectionError,
    TimeoutError,
    socket.gaierror,
)


def fault_of(error: BaseException) -> Fault:
    """What kind of fault an error is. An error that knows says so itself, by its `fault`."""
    told = getattr(error, "fault", None)
    if isinstance(told, Fault):
        return told
    if isinstance(error, (MemoryError, JobTimeoutException)):
        return Fault.LOST
    if isinstance(error, sqlalchemy.DBAPIError):
        return _of_database(error)
    if isinstance(error, AWAY) or (isinstance(error, OSError) and error.errno in OF_THE_SYSTEM):
        return Fault.AWAY
    return Fault.UNREADABLE


def _of_database(error: sqlalchemy.DBAPIError) -> Fault:
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # PostgreSQL said nothing: the way to it is gone
        gone = error.connection_invalidated or isinstance(
            error, (sqlalchemy.OperationalError, sqlalchemy.InterfaceError)
        )
        return Fault.AWAY if gone else Fault.UNREADABLE
    if state == QUERY_CANCELED:
        return Fault.LOST
    return Fault.AWAY if state.startswith(OUTAGES) else Fault.UNREADABLE

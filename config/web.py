"""How the web is served: Gunicorn keeps the processes, and in each of them Waitress reads and answers.

Waitress reads all connections in one loop and spends a thread on a request when the whole of it has come, and none on who sends
slowly, sends half, or only listens slowly. Gunicorn starts the processes from one loaded application, looks after them, lets
them finish what they are at, and changes them for new ones on HUP.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from typing import Any

from gunicorn.workers.base import Worker as GunicornWorker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

SIGNS_OF_LIFE = frozenset({"/healthz"})  # answered by a thread of their own, whatever the others wait for
MAX_CONNECTIONS = 800  # a process may hold 1,024 files open where nothing else is said
CROWDED = MAX_CONNECTIONS // 2
MAX_HEADERS = 32 * 1024  # bytes; more is answered with 431
MAX_BODY = 12 * 1024 * 1024  # bytes; more is not read but answered with 413. The application's own limits are tighter
OPTIONS: dict[str, Any] = {
    "connection_limit": MAX_CONNECTIONS,
    "channel_timeout": 30,  # seconds without a byte in either direction
    "cleanup_interval": 5,
    "max_request_header_size": MAX_HEADERS,
    "max_request_body_size": MAX_BODY,
    "asyncore_use_poll": True,
    "log_socket_errors": False,
    "ident": None,  # which server it is, is nobody's business
    # TRUSTED_PROXIES alone decides whether forwarded headers are believed: the application takes them away or reads them.
    "clear_untrusted_proxy_headers": False,
}


class Server(TcpWSGIServer):  # type: ignore[misc] # the library has no types
    """A server on a socket that Gunicorn has opened."""

    accepting: bool

    def __init__(self, application: Any, listening: Any, threads: int, channels: dict[int, Any]) -> None:
        self.signs = ThreadedTaskDispatcher()
        self.signs.set_thread_count(1)
        others = ThreadedTaskDispatcher()
        others.set_thread_count(threads)
        about = (listening.family, listening.type, listening.proto, listening.getsockname())
        super().__init__(
            application,
            channels,
            True,
            listening,
            dispatcher=others,
            adj=Adjustments(**OPTIONS),
            sockinfo=about,
            bind_socket=False,
        )

    def add_task(self, task: HTTPChannel) -> None:
        """A whole request has come: give it to a thread."""
        sign = getattr(task.requests[0], "path", "") in SIGNS_OF_LIFE
        (self.signs if sign else self.task_dispatcher).add_task(task)

    def maintenance(self, now: float) -> None:
        """Close connections that are idle; where it gets crowded, first those that have been there longest with no whole request."""
        super().maintenance(now)
        channels = self.active_channels.values()
        without = sorted((one for one in channels if not _at_work(one)), key=lambda one: one.creation_time)
        for channel in without[: max(0, len(channels) - CROWDED)]:
            channel.will_close = True

    @property
    def at_work(self) -> bool:
        """Whether a request is being answered."""
        return any(_at_work(channel) for channel in self.active_channels.values())

    def finish(self) -> None:
        """Take no more connections, and close those that nothing is answered on."""
        if self.accepting:
            self.accepting = False
            wasyncore.dispatcher.close(self)
        for channel in self.active_channels.values():
            if not _at_work(channel):
                channel.will_close = True

    def end(self) -> None:
        """End the threads, and what they have not come to."""
        for dispatcher in (self.signs, self.task_dispatcher):
            dispatcher.shutdown(timeout=1)


def _at_work(channel: HTTPChannel) -> bool:
    return bool(channel.requests or channel.total_outbufs_len)


class Worker(GunicornWorker):  # type: ignore[misc] # the library has no types
    """A process of the web."""

    def run(self) -> None:
        """Read and answer until told to stop, and then to the end what has come."""
        channels: dict[int, Any] = {}
        servers = [Server(self.wsgi, listening.sock, self.cfg.threads, channels) for listening in self.sockets]
        while self.alive and os.getppid() == self.ppid:
            self._turn(channels, 1.0)
        until = time.monotonic() + self.cfg.graceful_timeout
        while _finishing(servers) and time.monotonic() < until:
            self._turn(channels, 0.1)
        for server in servers:
            server.end()

    def _turn(self, channels: dict[int, Any], seconds: float) -> None:
        """One look at all connections; Gunicorn hears that we live."""
        self.notify()
        wasyncore.loop(timeout=seconds, use_poll=True, map=channels, count=1)


def _finishing(servers: Iterable[Server]) -> bool:
    """Let the servers finish; whether there is anything to finish."""
    for server in servers:
        server.finish()
    return any(server.at_work for server in servers)

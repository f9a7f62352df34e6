"""Nobody hangs on a Redis that does not answer. Real hangs: tests/hanging."""

from __future__ import annotations

import copy
import socket

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as NoAnswer
from redis.retry import Retry

from service.platform.work.patience import AGAIN_AFTER, Patience


class Asked:
    """What is asked, how often it was, and the time."""

    def __init__(self, *errors: Exception) -> None:
        self.errors, self.times, self.time = list(errors), 0, 0.0
        self.patience = Patience(lambda: self.time)

    def __call__(self) -> str:
        self.times += 1
        if self.errors:
            raise self.errors.pop(0)
        return "PONG"

    def ask(self) -> str:
        return copy.deepcopy(self.patience).call_with_retry(self, lambda _error: None)


def test_a_line_that_was_cut_is_tried_once_more_at_once() -> None:
    asked = Asked(NoConnection())
    assert (asked.ask(), asked.times) == ("PONG", 2)


@pytest.mark.parametrize(("errors", "times"), [([NoAnswer()], 1), ([NoConnection(), NoConnection()], 2)])
def test_after_a_silence_nobody_asks_for_a_while(errors: list[Exception], times: int) -> None:
    asked = Asked(*errors)
    for _each in range(50):
        with pytest.raises(RedisError):
            asked.ask()
    assert asked.times == times
    asked.time += AGAIN_AFTER
    assert asked.ask() == "PONG"


def test_a_client_of_ours_asks_a_mute_server_once_and_no_other_does() -> None:
    """The control is the plain client, which asks each time."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def lines(retry: Retry) -> int:
            client = Redis("127.0.0.1", listening.getsockname()[1], socket_timeout=0.2, retry=retry)
            for _each in range(3):
                with pytest.raises(RedisError):
                    client.ping()
            listening.settimeout(0.2)
            count = 0
            try:
                while True:
                    listening.accept()[0].close()
                    count += 1
            except TimeoutError:
                return count

        assert lines(Patience()) == 1
        assert lines(Retry(NoBackoff(), 0)) == 3

"""How long people wait at worst, measured on the web as it really runs: `python -m tests.hanging` prints a table.

For looking at, on a machine that has nothing else to do; what is promised is held by the tests beside this.
"""

from __future__ import annotations

import socket
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from tests.hanging.house import Answer, House, frozen
from tests.support.world import PASSWORD

SIGN_INS, HALVES = 30, 200


def meanwhile(house: House, me: dict[str, str], do: Callable[[], object]) -> list[Answer]:
    """What somebody who reads one page after the other gets, while something else is done."""
    done, found = threading.Event(), []

    def read() -> None:
        while not done.is_set():
            found.append(house.ask("GET", "/min-konto", headers=me))

    reader = threading.Thread(target=read)
    reader.start()
    do()
    done.set()
    reader.join()
    return found


def sign_in_all(house: House, people: list[str]) -> list[Answer]:
    """All of them at once."""
    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(lambda email: house.sign_in(email, PASSWORD), people))


def say(what: str, answers: list[Answer]) -> None:
    """A line of the table."""
    seconds, statuses = sorted(answer.seconds for answer in answers), sorted({answer.status for answer in answers})
    print(
        f"{what:42} {len(answers):5} {seconds[len(seconds) // 2]:8.3f} {seconds[-1]:8.3f}   {', '.join(map(str, statuses))}"
    )


def main(house: House) -> None:
    """Measure all."""
    me = house.signed_in()
    print(f"{'':42} {'times':>5} {'median s':>8} {'worst s':>8}   statuses")
    say("a page, nothing else to do", [house.ask("GET", "/min-konto", headers=me) for _each in range(30)])
    people = [f"person.{number}@drc.example" for number in range(SIGN_INS)]
    house.let_in(*people)
    signed: list[Answer] = []
    say(f"a page, {SIGN_INS} sign in at once", meanwhile(house, me, lambda: signed.extend(sign_in_all(house, people))))
    say("  they", signed)
    with ExitStack() as held:
        for _each in range(HALVES):
            line = held.enter_context(socket.create_connection(("127.0.0.1", house.port)))
            line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half")
        say(f"a page, {HALVES} requests half sent", [house.ask("GET", "/min-konto", headers=me) for _each in range(30)])
    with frozen(house.redis()):
        say("a page, Redis hangs", [house.ask("GET", "/min-konto", headers=me) for _each in range(30)])
        say("a sign-in, Redis hangs", [house.sign_in(email, PASSWORD) for email in people[:5]])
    with frozen(house.postgres()):
        say("50 pages at once, PostgreSQL begins to hang", house.at_once(*[("/min-konto", me)] * 50))
        say("a page, PostgreSQL hangs", [house.ask("GET", "/min-konto", headers=me) for _each in range(30)])
        say("/healthz, PostgreSQL hangs", house.at_once(*[("/healthz", me)] * 5))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        try:
            house.serve()
            main(house)
        finally:
            house.end()

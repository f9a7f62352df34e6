"""`python -m tests.chaos`: COUNT statements (1,000) exactly once within MINUTES (15); the exit status is 1 where something is wrong.

Two workers, two timetables, a web, a PostgreSQL, a Redis and a mail server of their own, on sockets and the loopback (PORT and the
one after it, 8090), in a folder of its own that is gone afterwards. One fault after the other, in an order that SEED (1) decides, until
all is made and each fault has been met.
"""

from __future__ import annotations

import json
import math
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import psycopg

from tests.chaos.faults import DOWN, FAULTS
from tests.chaos.place import Place, place
from tests.chaos.tally import Tally, count, progress

MONTHS = 11
ROUNDS = 3  # of all faults, spread over the time there is: what is emptied or stopped costs half a minute of work each
QUIET = 0.8  # of the time: then what is left is made in peace, as nothing may be lost for good


def prepare(here: Place, municipalities: int) -> list[str]:
    """Fill the database: a year of sessions, and somebody in each municipality who is told by mail."""
    from flask_migrate import upgrade

    from config.settings import load_settings
    from service.app import create_app
    from tenants.acting import acting_for
    from tenants.calendar import day_of
    from tenants.database import db, now, transaction
    from tenants.reach import clock
    from tenants.register import all_codes
    from tests.support import year
    from tests.support.world import person

    env = next(iter(here.kept.values())).env
    app = create_app(load_settings(env))
    with app.app_context():
        upgrade(directory="migrations")
        app.test_cli_runner().invoke(args=["register", "load"], catch_exceptions=False)
        with acting_for(clock()), transaction():
            codes = sorted(all_codes())[:municipalities]
        year.load(
            here.servers.database_owner_url,
            codes,
            day_of(now()),
            groups=2 * municipalities,
            sessions=200 * municipalities,
        )
        with acting_for(clock(codes)), transaction():
            for code in codes:
                person(f"leder.{code}@kommune.example", ("manager", code, None))
        db.engine.dispose()
    return codes


def ask(here: Place, codes: Sequence[str]) -> None:
    """Ask for all statements at once, as a national first of the month that nobody was there for."""
    from config.settings import load_settings
    from service.app import create_app
    from service.reporting.statements import operations
    from tenants.acting import acting_for
    from tenants.calendar import day_of, first_of, month_before, months_back
    from tenants.database import db, now, transaction
    from tenants.reach import clock

    with create_app(load_settings(next(iter(here.kept.values())).env)).app_context():
        for month in months_back(month_before(first_of(day_of(now()))), MONTHS):
            with acting_for(clock(codes)), transaction():
                operations.ask(month)
        db.engine.dispose()


class Injector(threading.Thread):
    """Does one fault after the other, each kind once in a round, until told to stop."""

    def __init__(self, here: Place, pause: float) -> None:
        super().__init__(daemon=True)
        self.here, self.pause, self.stop = here, pause, threading.Event()
        self.done: Counter[str] = Counter()
        self.skipped: set[str] = set()

    def run(self) -> None:
        """Round after round."""
        while not self.stop.is_set():
            names = list(FAULTS)
            self.here.chance.shuffle(names)
            for name in names:
                if self.stop.wait(self.pause):
                    return
                self._do(name)

    def _do(self, name: str) -> None:
        try:
            done = FAULTS[name](self.here)
        except Exception as error:  # what another fault has left: this one is tried again in the next round
            print(f"  {name}: not now ({type(error).__name__})", flush=True)
            self.here.servers_up()
            return
        self.done[name] += done
        if not done:
            self.skipped.add(name)

    def met_all(self) -> bool:
        """Whether each fault has been met, or cannot be here."""
        return all(self.done[name] or name in self.skipped for name in FAULTS)


def run(here: Place, wanted: int, minutes: float) -> Injector:
    """Let everything run under faults until all is made and sent, or time is up."""
    seconds = minutes * 60
    injector = Injector(here, max(2.0, seconds * QUIET / (ROUNDS * len(FAULTS)) - DOWN))
    last, stop = (-1, -1), threading.Event()
    threading.Thread(target=here.ask_the_web, args=(stop,), daemon=True).start()
    end, quiet_from = time.monotonic() + seconds, time.monotonic() + seconds * QUIET
    injector.start()
    next_look = 0.0
    while time.monotonic() < end:
        here.tend()
        if time.monotonic() > quiet_from:
            injector.stop.set()
        if time.monotonic() > next_look:
            next_look = time.monotonic() + 5
            try:
                found = progress(here.servers.database_backup_url)
            except psycopg.Error:
                continue
            if found != last:
                print(
                    f"  {found[0]} of {wanted} made, {found[1]} mails sent, {injector.done.total()} faults", flush=True
                )
                last = found
            if found == (wanted, wanted) and (injector.met_all() or injector.stop.is_set()):
                break
        time.sleep(0.3)
    injector.stop.set()
    stop.set()
    injector.join(60)
    return injector


def say(here: Place, wanted: int, tally: Tally, injector: Injector, seconds: float) -> int:
    """Print the summary. Returns the exit status."""
    wrong = tally.wrong(wanted)
    print(f"\n{wanted} statements, two workers, two timetables, {seconds / 60:.1f} minutes\n")
    rows = {
        "asked": tally.asked, "made once": tally.made - tally.doubled, "doubled": tally.doubled, "corrupt": tally.corrupt,
        "mails owed": tally.owed, "mails received": tally.received, "received again under one Message-ID": tally.again,
    }  # fmt: skip
    for name, number in rows.items():
        print(f"  {name:40} {number:6}")
    print()
    for name in FAULTS:
        skipped = not injector.done[name] and name in injector.skipped
        print(f"  {name:40} {'skipped: it cannot be done here' if skipped else f'{injector.done[name]:6}'}")
    for each in here.kept.values():
        print(f"  {each.name + ' started':40} {each.starts:6}")
    answers = ", ".join(f"{status}: {times}" for status, times in sorted(here.answers.items()))
    print(f"  a page asked for each second             {answers}\n")
    for what in wrong[:20]:
        print(f"WRONG: {what}")
    for key in sorted(tally.strange):
        print(f"  {key}: {here.box.subjects[key]}")
    missed = [name for name in FAULTS if not injector.done[name] and name not in injector.skipped]
    for name in missed:
        print(f"WRONG: {name} was never met")
    print("ok" if not wrong and not missed else "FAIL")
    return 1 if wrong or missed else 0


def main() -> int:
    """All of it."""
    asked, minutes = int(os.environ.get("COUNT") or 1000), float(os.environ.get("MINUTES") or 15)
    municipalities = min(98, math.ceil(asked / MONTHS))
    wanted, port = municipalities * MONTHS, int(os.environ.get("PORT") or 8090)
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        Path(folder).chmod(0o711)
        with place(Path(folder), port, int(os.environ.get("SEED") or 1)) as here:
            codes = prepare(here, municipalities)
            began = time.monotonic()
            here.tend()
            ask(here, codes)
            injector = run(here, wanted, minutes)
            here.servers_up()
            tally = count(here.servers.database_backup_url, here.box.received)
            status = say(here, wanted, tally, injector, time.monotonic() - began)
            if status and (keep := os.environ.get("LOGS")):
                for each in here.kept.values():
                    Path(keep, each.log.name).write_bytes(each.log.read_bytes())
            Path("var").mkdir(exist_ok=True)
            Path("var/chaos.json").write_text(
                json.dumps({"wanted": wanted, **vars(tally), "faults": injector.done}, default=str)
            )
            return status


if __name__ == "__main__":
    sys.exit(main())

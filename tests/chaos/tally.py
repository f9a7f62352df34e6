"""What came of it: every statement once and whole, every mail once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import psycopg

OF_STATEMENTS = "about LIKE 'statement:%'"  # groups are asked for their check-ins meanwhile, and more


@dataclass
class Tally:
    """Counts, and what is wrong in words."""

    asked: int = 0
    made: int = 0
    doubled: int = 0
    corrupt: int = 0
    owed: int = 0
    received: int = 0
    again: int = 0  # mails that came twice under one Message-ID: to their reader one
    strange: frozenset[str] = frozenset()  # received and never owed: by Message-ID
    unmade: list[str] = field(default_factory=list)

    def wrong(self, wanted: int) -> list[str]:
        """What is not as it must be."""
        found = {
            f"{wanted - self.asked} were never asked for": self.asked != wanted,
            f"{self.asked - self.made} were not made": self.made != self.asked,
            f"{self.doubled} were made twice": self.doubled > 0,
            f"{self.corrupt} are not what their hash says": self.corrupt > 0,
            f"{self.made - self.owed} mails are not owed": self.owed != self.made,
            f"{self.owed - self.received} mails did not come": self.received != self.owed,
            f"{len(self.strange)} mails came that nobody owed": bool(self.strange),
        }
        return [what for what, so in found.items() if so] + self.unmade


def progress(backup_url: str) -> tuple[int, int]:
    """How many statements are made, and how many mails are sent. Raises psycopg.Error while PostgreSQL is away."""
    with psycopg.connect(backup_url, connect_timeout=3, options="-c statement_timeout=3000") as connection:
        made = connection.execute("SELECT count(*) FROM statements WHERE work_state = 'done'").fetchone()
        sent = connection.execute(
            f"SELECT count(*) FROM notices WHERE work_state = 'done' AND {OF_STATEMENTS}"
        ).fetchone()
    assert made is not None
    assert sent is not None
    return made[0], sent[0]


def count(backup_url: str, mails: Mapping[str, int]) -> Tally:
    """Count all of it, by the role that sees everything; hashes are made anew from the bytes."""
    tally = Tally()
    with psycopg.connect(backup_url) as connection:
        rows = connection.execute(
            "SELECT municipality_code, month, work_state, document_id, attempts, fault, last_error FROM statements"
        ).fetchall()
        tally.asked = len({(code, month) for code, month, *_rest in rows})
        tally.made = sum(state == "done" for _code, _month, state, *_rest in rows)
        tally.unmade = [
            f"{code} {month:%Y-%m}: {state}, {attempts} tries, {fault}: {error}"
            for code, month, state, _document, attempts, fault, error in rows
            if state != "done"
        ]
        papers: Counter[tuple[str, str]] = Counter()
        with connection.cursor("papers") as cursor:  # a few at a time: all of them are a hundred megabytes
            cursor.execute("SELECT municipality_code, facts->>'month', sha256, content FROM documents")
            for code, month, sha256, content in cursor:
                papers[code, month] += 1
                whole = content.startswith(b"%PDF") and content.rstrip().endswith(b"%%EOF")
                tally.corrupt += not (whole and hashlib.sha256(content).hexdigest() == sha256)
        tally.doubled = sum(times - 1 for times in papers.values())
        every = {str(key): so for key, so in connection.execute(f"SELECT id, {OF_STATEMENTS} FROM notices")}
    owed = {key for key, so in every.items() if so}
    tally.owed, tally.received = len(owed), len(owed & mails.keys())
    tally.again, tally.strange = sum(times > 1 for times in mails.values()), frozenset(mails.keys() - every.keys())
    return tally

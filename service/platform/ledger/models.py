"""The ledger: entries that can be added and read, and the end of each chain."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Model, uuid7
from tenants.ownership import National, Owned
from tenants.personal import Data, Holds, nobodys


class Written:
    """The columns of an entry."""

    __immutable__: ClassVar = True
    __by_function__: ClassVar = True

    number: Mapped[int]
    at: Mapped[dt.datetime]
    office: Mapped[str]
    person_id: Mapped[UUID | None]  # no key: a person may be forgotten, what was done is not
    act: Mapped[str]
    subject: Mapped[str]
    details: Mapped[dict[str, Any]]
    hash: Mapped[str]


class LedgerEntry(Written, Owned, Model):
    """An act that concerns one municipality."""

    __tablename__ = "ledger_entries"
    __holds__ = Holds(Data.LEDGER)
    __table_args__ = (
        Index("uq_ledger_entries_number", "municipality_code", "number", unique=True),
        Index("ix_ledger_entries_read", "municipality_code", "subject", postgresql_where=text("act = 'document.read'")),
    )


class LedgerHead(Owned, Model):
    """The last entry of a municipality's chain. Locked while the next is written."""

    __tablename__ = "ledger_heads"
    __holds__ = Holds(**nobodys("hash"))
    __by_function__ = True
    __table_args__ = (Index("uq_ledger_heads_one", "municipality_code", unique=True),)

    number: Mapped[int]
    hash: Mapped[str]


class NationalLedgerEntry(Written, National, Model):
    """An act that concerns DRC's own: volunteers, networks, files in and out."""

    __tablename__ = "national_ledger_entries"
    __holds__ = Holds(Data.LEDGER)
    __table_args__ = (
        Index("uq_national_ledger_entries_number", "number", unique=True),
        Index("ix_national_ledger_entries_subject", "subject"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)


class NationalLedgerHead(National, Model):
    """The last entry of DRC's chain."""

    __tablename__ = "national_ledger_heads"
    __holds__ = Holds(**nobodys("hash"))
    __by_function__ = True

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # always 1
    number: Mapped[int]
    hash: Mapped[str]


class LedgerCheck(National, Model):
    """How far a chain has been read and found whole, as `checking.Progress` has it."""

    __tablename__ = "ledger_checks"
    __holds__ = Holds(**nobodys("chain", "whole_hash", "read_hash"))
    __table_args__ = (
        CheckConstraint("chain ~ '^([0-9]{4}|drc)$'", name="chain"),
        CheckConstraint("whole_hash ~ '^[0-9a-f]{64}$' AND read_hash ~ '^[0-9a-f]{64}$'", name="hashes"),
    )

    chain: Mapped[str] = mapped_column(primary_key=True)  # a municipality's code, or "drc"
    whole_number: Mapped[int]
    whole_hash: Mapped[str]
    checked_at: Mapped[dt.datetime | None]
    read_number: Mapped[int]
    read_hash: Mapped[str]
    from_first: Mapped[bool]
    reread_at: Mapped[dt.datetime | None]


FUNCTIONS = (
    # JSON as `rules.chained` writes it. A number that is not whole has several spellings, and a chain would seem broken that is not.
    """CREATE FUNCTION app.written_out(value jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
       BEGIN
         CASE jsonb_typeof(value)
           WHEN 'object' THEN
             RETURN '{' || coalesce((SELECT string_agg(to_json(k)::text || ': ' || app.written_out(v), ', ' ORDER BY k COLLATE "C")
                                     FROM jsonb_each(value) AS e(k, v)), '') || '}';
           WHEN 'array' THEN
             RETURN '[' || coalesce((SELECT string_agg(app.written_out(v), ', ' ORDER BY n)
                                     FROM jsonb_array_elements(value) WITH ORDINALITY AS e(v, n)), '') || ']';
           WHEN 'number' THEN
             IF value::text !~ '^-?[0-9]{1,18}$' THEN
               RAISE check_violation USING MESSAGE = 'numbers in the ledger are whole';
             END IF;
             RETURN value::text;
           ELSE
             RETURN value::text;
         END CASE;
       END $$""",
    # The one way in. Whoever calls it names the act; in what capacity, by whom, when and after which entry is not theirs to say.
    """CREATE FUNCTION app.record(id uuid, code text, act text, subject text, details jsonb) RETURNS void
       LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
       DECLARE
         office CONSTANT text := app.office();
         person CONSTANT uuid := app.person();
         count integer := 0;
         last text := repeat('0', 64);
         moment timestamptz;
       BEGIN
         IF code IS NULL AND office IN ('drc', 'clock') THEN
           INSERT INTO public.national_ledger_heads (id, number, hash) VALUES (1, count, last) ON CONFLICT DO NOTHING;
           SELECT h.number, h.hash INTO count, last FROM public.national_ledger_heads h FOR UPDATE;
         ELSIF code = ANY (app.reach()::text[]) AND office <> 'door' THEN
           INSERT INTO public.ledger_heads (municipality_code, id, number, hash) VALUES (code, id, count, last) ON CONFLICT DO NOTHING;
           SELECT h.number, h.hash INTO count, last FROM public.ledger_heads h WHERE h.municipality_code = code FOR UPDATE;
         ELSE
           RAISE insufficient_privilege USING MESSAGE = 'nothing is recorded in a chain that is out of reach';
         END IF;
         count := count + 1;
         moment := clock_timestamp();
         last := encode(sha256(convert_to(app.written_out(jsonb_build_object(
           'at', to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00', 'previous', last,
           'chain', coalesce(code, 'drc'), 'number', count, 'office', office, 'person_id', coalesce(person::text, ''),
           'act', act, 'subject', subject, 'details', details)), 'UTF8')), 'hex');
         IF code IS NULL THEN
           UPDATE public.national_ledger_heads h SET number = count, hash = last;
           INSERT INTO public.national_ledger_entries (id, number, at, office, person_id, act, subject, details, hash)
           VALUES (id, count, moment, office, person, act, subject, details, last);
         ELSE
           UPDATE public.ledger_heads h SET number = count, hash = last WHERE h.municipality_code = code;
           INSERT INTO public.ledger_entries (municipality_code, id, number, at, office, person_id, act, subject, details, hash)
           VALUES (code, id, count, moment, office, person, act, subject, details, last);
         END IF;
       END $$""",
    "REVOKE ALL ON FUNCTION app.record(uuid, text, text, text, jsonb), app.written_out(jsonb) FROM PUBLIC",
)
# Under FORCE the owner is held by the wall too, so the function steps inside with policies of its own.
POLICIES = (
    "CREATE POLICY recorded ON ledger_entries FOR INSERT TO CURRENT_USER WITH CHECK (true)",
    "CREATE POLICY recorded ON national_ledger_entries FOR INSERT TO CURRENT_USER WITH CHECK (true)",
    "CREATE POLICY recorded ON ledger_heads FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    "CREATE POLICY recorded ON national_ledger_heads FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
)

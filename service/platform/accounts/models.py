"""People, their memberships, sessions and keys, and the consultants' territories.

Unattended work writes people and memberships as they are; everybody else by the functions in `service/platform/people/models.py` alone.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.platform.web.arrival import How
from tenants.database import Model, uuid7
from tenants.ownership import Common, Personal
from tenants.personal import Data, Holds, nobodys

# Which role holds where.
ROLE_AND_PLACE = (
    "CASE role WHEN 'secretariat' THEN municipality_code IS NULL AND territory IS NULL"
    " WHEN 'consultant' THEN municipality_code IS NULL AND territory IS NOT NULL"
    " WHEN 'manager' THEN municipality_code IS NOT NULL AND territory IS NULL"
    " WHEN 'staff' THEN municipality_code IS NOT NULL AND territory IS NULL"
    " ELSE false END"
)
HOW = f"(proved_how IS NULL) = (proved_at IS NULL) AND proved_how IN ({', '.join(repr(how.value) for how in How)})"


class Person(Personal, Model):
    """Someone who can sign in."""

    __tablename__ = "persons"
    __holds__ = Holds(Data.ACCOUNT, disabled_by=Data.DOER, disabled_reason=Data.FREE_TEXT)
    __person_column__ = "id"
    __own_to_change__: ClassVar = False
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("language IN ('da', 'en')", name="language"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    title: Mapped[str] = mapped_column(server_default="")
    phone: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str | None]  # of the pages, once the person has chosen one
    unwanted_mails: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")  # kinds of mail
    disabled_at: Mapped[dt.datetime | None]  # since when nothing lets them in
    disabled_by: Mapped[UUID | None]  # no key, as of whoever else did something: they may be forgotten
    disabled_reason: Mapped[str | None]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))


class PasswordHash(Personal, Model):
    """What opens an account, as an argon2id hash. Without a row no password does."""

    __tablename__ = "passwords"
    __holds__ = Holds(Data.SECRET)
    __sealed__: ClassVar = True

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    hash: Mapped[str]


class Membership(Personal, Model):
    """What a person does, and where: DRC's secretariat everywhere, a consultant in a territory, the rest in a municipality.

    It holds from a day until (not including) another, and stays as history.
    """

    __tablename__ = "memberships"
    __holds__ = Holds(
        Data.ACCOUNT, given_by=Data.DOER, reason=Data.FREE_TEXT, ended_by=Data.DOER, ended_reason=Data.FREE_TEXT
    )
    __own_to_change__: ClassVar = False
    __table_args__ = (
        CheckConstraint(ROLE_AND_PLACE, name="role"),
        CheckConstraint("valid_to >= valid_from", name="days"),
        Index(
            "uq_memberships_open",
            "person_id",
            "role",
            "municipality_code",
            "territory",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("valid_to IS NULL"),
        ),
        Index("ix_memberships_municipality", "municipality_code", "person_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    role: Mapped[str]
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    territory: Mapped[str | None]
    valid_from: Mapped[dt.date] = mapped_column(server_default=text("app.today()"))
    valid_to: Mapped[dt.date | None]
    given_by: Mapped[UUID | None]  # None: by a command or unattended work
    reason: Mapped[str] = mapped_column(server_default="")  # why it was given
    ended_by: Mapped[UUID | None]
    ended_reason: Mapped[str | None]


class TerritoryMunicipality(Common, Model):
    """A municipality's time in a consultant's territory, from a day until (not including) another."""

    __tablename__ = "territory_municipalities"
    __holds__ = Holds(moved_by=Data.DOER, reason=Data.FREE_TEXT, **nobodys("territory"))
    __table_args__ = (
        # A municipality is in one territory at a time. The code goes in as a number range, as in `tenants.models`.
        ExcludeConstraint(
            (text("int4range(municipality_code::int, municipality_code::int, '[]')"), "&&"),
            (text("daterange(valid_from, valid_to)"), "&&"),
            name="ex_territory_municipalities_overlap",
            using="gist",
        ),
    )

    territory: Mapped[str] = mapped_column(primary_key=True)
    municipality_code: Mapped[str] = mapped_column(ForeignKey("municipalities.code"), primary_key=True)
    valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    valid_to: Mapped[dt.date | None]
    moved_by: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(server_default="")  # why it was moved; "" as it was to begin with


class LoginSession(Personal, Model):
    """One sign-in. Only the hash of the cookie's token is kept.

    It opens nothing before it is proved, which the functions in `service/platform/factors/writers.py` alone can write.
    """

    __tablename__ = "login_sessions"
    __holds__ = Holds(Data.SIGN_IN, token_hash=Data.SECRET)
    __table_args__ = (
        CheckConstraint(HOW, name="proved_how"),
        Index("ix_login_sessions_person_id", "person_id"),
    )

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, server_default=text("gen_random_uuid()"))  # for an address of a page
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    device: Mapped[str] = mapped_column(server_default="")  # the browser and the system, in words
    provider_id: Mapped[UUID | None]  # the municipality's login that it began at; None: here
    provider_session: Mapped[str] = mapped_column(
        server_default=""
    )  # what that login calls it; "" where it says nothing
    municipality_code: Mapped[str | None]  # the municipality the person chose to act for
    viewing_code: Mapped[str | None]  # the municipality through whose eyes one of DRC's people is looking
    viewing_until: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    last_seen_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    proved_at: Mapped[dt.datetime | None]  # when its person last proved who they are; None: a second step is to come
    proved_how: Mapped[str | None]


class ApiToken(Personal, Model):
    """A key for programs, with all that its person may do or a part of it. Shown once; only its hash is kept."""

    __tablename__ = "api_tokens"
    __holds__ = Holds(Data.SIGN_IN, token_hash=Data.SECRET)
    __table_args__ = (
        CheckConstraint("purpose IN ('figures', 'read', 'everything')", name="purpose"),
        Index("ix_api_tokens_person_id", "person_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    name: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    purpose: Mapped[str] = mapped_column(server_default="everything")
    created_at: Mapped[dt.datetime]
    expires_at: Mapped[dt.datetime] = mapped_column(server_default=text("now() + interval '365 days'"))
    last_used_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]


# The hash of the one person in whose name the service acts, by its pass, and of nobody else: whatever office asks. Who sets one
# knows the one before; unattended work gives somebody who has none their first.
# Of nobody either whose municipality demands its own way in (`app.comes_by_provider`, service/platform/identity_providers/writers.py).
PASSWORDS = (
    # Under FORCE the owner is held by the wall too, so its functions step inside with a policy of their own.
    "CREATE POLICY kept ON passwords FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    """CREATE FUNCTION app.password() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         RETURN (SELECT p.hash FROM public.passwords p WHERE p.person_id = app.person() AND NOT app.comes_by_provider(p.person_id));
       END $$""",
    """CREATE FUNCTION app.set_password(person uuid, before text, hashed text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       BEGIN
         IF before IS NULL AND (person = app.person() OR app.office() = 'clock') THEN
           INSERT INTO public.passwords (person_id, hash) VALUES (person, hashed) ON CONFLICT DO NOTHING;
         ELSIF person = app.person() THEN
           UPDATE public.passwords p SET hash = hashed WHERE p.person_id = person AND p.hash = before;
         ELSE
           RAISE insufficient_privilege USING MESSAGE = 'a password is its person''s to change';
         END IF;
         RETURN FOUND;
       END $$""",
    "REVOKE ALL ON FUNCTION app.password(), app.set_password(uuid, text, text) FROM PUBLIC",
)

"""What the code cannot read cannot be stored: every column of days, of JSON and of codes has its check, and each check its control."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade

from config.embedded import Servers
from service.network.networks import fields as groups
from service.platform.web.fields import Text
from service.volunteer.volunteers import fields as volunteers
from tenants.scope import FORMAT

MOMENTS = {"date", "date[]", "timestamp with time zone"}
TEXTS = {"character varying", "text"}
# Columns of text, by name, in which anything may stand: words, ids of other places, codes that nothing is looked up by. A column that
# is neither here nor checked, nor a key, fails the test: decide what it may hold, and let PostgreSQL hold it to that.
FREE = frozenset(
    """
    about act address also_da answer_remark body cancelled_text client_id counting cvr da detail device disabled_reason drc_name drc_title
    consent due email en
    ended_reason file_name given_back_remark given_by group_name hash home_code issuer key languages last_error
    manager_value metadata_xml municipality_code municipality_name municipality_title name name_key note
     note_da note_en number office official_name part partners password_hash
    person_name person_title phone phone_digits place problem provider_session public_id reason reason_en recipient region_name
    remark renderer_version request_hash roles_claim sha256 sort_key staff_value stamp step story subject supersedes target_group template
    story_print_words template_version tenant territory title token_hash url viewing_code word words
    """.split()  # noqa: SIM905
)
# Codes that a table keeps as they were, and that are shown as they stand when the code no longer knows them; and the list of types itself.
KEPT = {
    ("activity_types", "code"),
    ("capacity_changes", "kind"),
    ("capacity_moves", "kind"),
    ("documents", "kind"),
    ("drift_findings", "subject"),
}

# A field that is declared to be read as text holds any.
DECLARED = {
    (table, field.name)
    for table, declared in (("groups", groups.FIELDS), ("volunteers", volunteers.FIELDS))
    for field in declared
    if isinstance(field.reads, Text)
}


@pytest.fixture
def owner(app: Flask, place: Servers) -> Iterator[psycopg.Connection]:
    """The owner's connection, in a transaction that is rolled back: holes are planted here."""
    with psycopg.connect(place.database_owner_url) as connection:
        yield connection
        connection.rollback()


def columns(owner: psycopg.Connection) -> list[tuple[str, str, str, str]]:
    """Each column with its type, and the checks and keys of its table that name it and hold for every row."""
    return owner.execute(
        """SELECT c.relname, a.attname, format_type(a.atttypid, NULL),
                  coalesce((SELECT string_agg(pg_get_constraintdef(k.oid), ' ; ') FROM pg_constraint k
                            WHERE k.conrelid = c.oid AND a.attnum = ANY (k.conkey) AND k.contype IN ('c', 'f') AND k.convalidated), '')
           FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'alembic_version'
           ORDER BY 1, a.attnum"""
    ).fetchall()


def unread(owner: psycopg.Connection) -> list[str]:
    """The columns that can hold what the code cannot read."""
    found = []
    owner.execute("SET LOCAL timezone = 'UTC'")  # moments are told in the session's own
    for table, column, kind, checks in columns(owner):
        if kind in MOMENTS:
            name = rf'\(?"?{column}"?'
            ends = (
                (rf"'1900-01-01'::date <= ALL \({name}\)", rf"'2199-12-31'::date >= ALL \({name}\)")
                if kind == "date[]"
                else (rf"{name} >= '1900-01-01", rf"{name} <= '2199-12-31")
            )
            if not all(re.search(end, checks) for end in ends):
                found.append(f"{table}.{column}: no check of its first and last day")
        elif kind in ("jsonb", "json"):
            if not re.search(rf'jsonb_typeof\("?{column}"?\)', checks):
                found.append(f"{table}.{column}: no check of its shape")
        elif kind in TEXTS and column not in FREE and (table, column) not in KEPT | DECLARED and not checks:
            found.append(f"{table}.{column}: no check of its codes, and not said to be free")
    return found


def test_every_column_holds_what_the_code_can_read(owner: psycopg.Connection) -> None:
    assert unread(owner) == []


@pytest.mark.parametrize(
    ("hole", "told"),
    [
        ("ALTER TABLE duties ADD COLUMN seen_on date", "duties.seen_on: no check of its first and last day"),
        ("ALTER TABLE duties ADD COLUMN seen_on date CHECK (seen_on > '2000-01-01')", "duties.seen_on: no check of"),
        ("ALTER TABLE needs ADD COLUMN seen_at timestamptz", "needs.seen_at: no check of its first and last day"),
        ("ALTER TABLE needs ADD COLUMN more jsonb", "needs.more: no check of its shape"),
        ("ALTER TABLE needs ADD COLUMN mood text", "needs.mood: no check of its codes"),
        (
            "ALTER TABLE shares DROP CONSTRAINT ck_shares_days_readable",
            "shares.valid_from: no check of its first and last day",
        ),
        (
            (
                "ALTER TABLE shares DROP CONSTRAINT ck_shares_days_readable; ALTER TABLE shares ADD CONSTRAINT ck_shares_days_readable"
                " CHECK (valid_from BETWEEN '1900-01-01' AND '2199-12-31') NOT VALID"
            ),
            "shares.valid_from: no check of its first and last day",
        ),
    ],
)
def test_control_a_column_without_its_check_is_found(owner: psycopg.Connection, hole: str, told: str) -> None:
    owner.execute(hole)
    assert any(fault.startswith(told) for fault in unread(owner)), unread(owner)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("scope_periods", "valid_to = 'infinity'"),
        ("scope_periods", """scope = scope || '{"format": 99}'"""),
        ("scope_periods", "scope = scope - 'format'"),
        ("scope_periods", "scope = '[]'"),
        ("activities", "starts_on = '-infinity'"),
        ("activities", "activity_type = 'findes_ikke'"),
        ("activity_schedules", "rule = 'FREQ=YEARLY'"),
        ("activity_schedules", "rule = 'hver tirsdag'"),
        ("activity_schedules", "anchor = '12026-01-01'"),
        ("activity_schedules", "extra = ARRAY['infinity'::date]"),
        ("statements", "due_from = 'infinity'"),
        ("statements", "work_state = 'nearly'"),
        ("capability_uses", "capability = 'nyt'"),
        ("needs", "said_at = '0044-03-15 BC'"),
    ],
)
def test_what_cannot_be_read_is_refused(world: object, place: Servers, table: str, change: str) -> None:
    with psycopg.connect(place.database_owner_url) as owner:
        owner.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')
        with pytest.raises((psycopg.errors.CheckViolation, psycopg.errors.ForeignKeyViolation)):
            owner.execute(f'UPDATE "{table}" SET {change}')
        owner.rollback()


def test_the_formats_of_a_scope_that_are_stored_are_those_that_are_read(owner: psycopg.Connection) -> None:
    """A new format needs a wider check, in a migration that comes before it is written."""
    for table in ("agreements", "scope_drafts", "scope_periods"):
        (check,) = owner.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [f"ck_{table}_scope_format"]
        ).fetchone() or ("",)
        assert set(re.findall(r"'(\d+)'", check)) == {str(number) for number in range(1, FORMAT + 1)}


def test_a_row_that_is_there_already_does_not_stop_the_upgrade(fresh: tuple[Flask, Servers]) -> None:
    app, place = fresh
    config = Config()
    config.set_main_option("script_location", "migrations")
    before = ScriptDirectory.from_config(config).get_revision("6b30acbde013").down_revision
    plant = "ALTER TABLE use_counting NO FORCE ROW LEVEL SECURITY; DELETE FROM use_counting;"
    plant += " INSERT INTO use_counting VALUES (1, 'infinity'); ALTER TABLE use_counting FORCE ROW LEVEL SECURITY"
    with app.app_context():
        upgrade(directory="migrations", revision=before)
        with psycopg.connect(place.database_owner_url) as owner:
            owner.execute(plant)
        upgrade(directory="migrations")
    with psycopg.connect(place.database_owner_url) as owner:
        assert [fault.partition(":")[0] for fault in unread(owner)] == ["use_counting.since"]
        with pytest.raises(psycopg.errors.CheckViolation):
            owner.execute(plant)

"""What the code cannot read cannot be stored: days and moments within two centuries, JSON of its shape, codes that are known.

A row that is there already and breaks a check does not stop the upgrade: the check then holds for what is written from now on, and
the migration says for which table.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "6b30acbde013"
down_revision = "e2906a627d4c"
branch_labels = None
depends_on = None

log = logging.getLogger("alembic.runtime.migration")
FIRST, LAST = "1900-01-01", "2199-12-31"
LISTS = {
    ("activity_types", "outcomes"),
    ("closed_months", "counted"),
    ("import_rows", "cells"),
    ("import_rows", "problems"),
    ("imports", "columns"),
    ("imports", "faults"),
    ("imports", "headings"),
}
CODES = {
    (
        "agreements",
        "told_state",
    ): "'preparing', 'offered', 'accepted', 'concluded', 'declined', 'withdrawn', 'terminated'",
    (
        "capability_uses",
        "capability",
    ): "'figures', 'needs', 'network', 'offers_across', 'calendar', 'all_groups', 'recruitment', 'capacity', 'year_plan'",
    ("exports", "file_format"): "'csv', 'xlsx'",
    ("exports", "kind"): "'groups', 'volunteers', 'sessions'",
    ("group_status_changes", "status"): "'forming', 'active', 'resting', 'closed'",
    ("imports", "kind"): "'groups', 'volunteers', 'sessions'",
    ("text_versions", "kind"): "'partnership', 'cooperation', 'principles'",
    ("volunteer_status_changes", "status"): "'interested', 'introduced', 'active', 'resting', 'left'",
}
WORK = "work_state IN ('due', 'done', 'failed')"
SCOPE = "coalesce(scope->>'format', '') IN ('1', '2')"
OTHER = {
    (
        "activity_schedules",
        "rule_read",
    ): "rule = '' OR rule ~ '^((FREQ=(WEEKLY|MONTHLY)|INTERVAL=(1[0-2]?|[2-9])|BYDAY=[-0-9A-Z,]+|BYMONTHDAY=[0-9]+)(;|$))+$' AND rule ~ 'FREQ='",
    ("agreements", "scope_format"): SCOPE,
    ("scope_periods", "scope_format"): SCOPE,
    ("scope_drafts", "scope_format"): f"coalesce(jsonb_typeof(scope), 'null') = 'null' OR {SCOPE}",
}


def within(column: str, kind: str) -> str:
    """The condition for days and moments."""
    if kind == "date[]":
        return f"DATE '{FIRST}' <= ALL (\"{column}\") AND DATE '{LAST}' >= ALL (\"{column}\")"
    if kind == "date":
        return f"\"{column}\" BETWEEN DATE '{FIRST}' AND DATE '{LAST}'"
    return f"\"{column}\" BETWEEN TIMESTAMPTZ '{FIRST} 00:00+00' AND TIMESTAMPTZ '{LAST} 00:00+00'"


def shaped(table: str, column: str) -> str:
    """The condition for JSON. What a row does not have can stand as JSON's own null."""
    shape = "array" if (table, column) in LISTS else "object"
    return f"jsonb_typeof(\"{column}\") IN ('{shape}', 'null')"


def checks() -> Iterator[tuple[str, str, str]]:
    """Table, name and condition of each check, as the tables are now."""
    columns = op.get_bind().execute(
        sa.text(
            """SELECT c.relname, a.attname, format_type(a.atttypid, NULL)
               FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
               WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'alembic_version'
               ORDER BY c.relname, a.attnum"""
        )
    )
    moments: dict[str, list[str]] = {}
    shapes: dict[str, list[str]] = {}
    for table, column, kind in columns:
        if kind in ("date", "date[]", "timestamp with time zone"):
            moments.setdefault(table, []).append(within(column, kind))
        elif kind == "jsonb":
            shapes.setdefault(table, []).append(shaped(table, column))
        elif column == "work_state":
            yield table, "work_state_known", WORK
    yield from ((table, "days_readable", " AND ".join(found)) for table, found in moments.items())
    yield from ((table, "json_readable", " AND ".join(found)) for table, found in shapes.items())
    yield from ((table, f"{column}_known", f"{column} IN ({codes})") for (table, column), codes in CODES.items())
    yield from ((table, name, condition) for (table, name), condition in OTHER.items())


def upgrade() -> None:
    bind = op.get_bind()
    for table, name, condition in list(checks()):
        constraint = f"ck_{table}_{name}"
        bind.exec_driver_sql(f'ALTER TABLE "{table}" ADD CONSTRAINT "{constraint}" CHECK ({condition}) NOT VALID')
        try:
            with bind.begin_nested():
                op.execute(f'ALTER TABLE "{table}" VALIDATE CONSTRAINT "{constraint}"')
        except sa.exc.IntegrityError:
            log.warning("%s has rows that break %s: mend them, then VALIDATE the CONSTRAINT", table, constraint)


def downgrade() -> None:
    for table, name, _condition in list(checks()):
        op.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "ck_{table}_{name}"')

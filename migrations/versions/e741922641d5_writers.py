"""Who writes what: DRC and unattended work, and of the others each its own tables, columns and steps; the ledger by a function alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "e741922641d5"
down_revision = "cd8f40a056aa"
branch_labels = None
depends_on = None

FUNCTIONS = (
    # As app.reach(), for those offices: one check of the pass where asking for the office as well would be two.
    """CREATE FUNCTION app.reach_as(VARIADIC offices text[]) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
       RETURN CASE WHEN app.passed() AND current_setting('app.office', true) = ANY (offices)
                   THEN nullif(current_setting('app.reach', true), '') END""",
    # An office, and the columns that it may change.
    """CREATE FUNCTION app.held_to_columns() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() = TG_ARGV[0] AND to_jsonb(NEW) - TG_ARGV[1:] IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV[1:] THEN
           RAISE insufficient_privilege USING MESSAGE = format('%s changes no other columns of %s than its own', TG_ARGV[0], TG_RELNAME);
         END IF;
         RETURN NEW;
       END $$""",
)


STEPS = (
    """CREATE FUNCTION app.agreement_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() IN ('drc', 'municipality') AND (
              (NEW.number, NEW.scope, NEW.facts, NEW.starts_on, NEW.created_by, NEW.created_at)
                IS DISTINCT FROM (OLD.number, OLD.scope, OLD.facts, OLD.starts_on, OLD.created_by, OLD.created_at)
              OR NEW.ends_on > OLD.ends_on OR (NEW.ends_on < OLD.ends_on AND NEW.state <> 'terminated')
              OR NEW.state <> OLD.state AND NOT CASE app.office()
                WHEN 'municipality' THEN (OLD.state, NEW.state) IN
                  (('offered', 'accepted'), ('offered', 'declined'), ('concluded', 'terminated'))
                ELSE (OLD.state, NEW.state) IN
                  (('preparing', 'withdrawn'), ('offered', 'withdrawn'), ('accepted', 'withdrawn'),
                   ('accepted', 'concluded'), ('concluded', 'terminated'))
              END) THEN
           RAISE insufficient_privilege USING MESSAGE = format('%s takes no such step with an agreement', app.office());
         END IF;
         RETURN NEW;
       END $$""",
    "CREATE TRIGGER step BEFORE UPDATE ON agreements FOR EACH ROW EXECUTE FUNCTION app.agreement_step()",
    """CREATE FUNCTION app.decision_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() IN ('drc', 'municipality') AND (NEW.party <> app.office() OR NEW.person_id IS DISTINCT FROM app.person()) THEN
           RAISE insufficient_privilege USING MESSAGE = 'a decision is one''s own, on behalf of one''s own party';
         END IF;
         RETURN NEW;
       END $$""",
    "CREATE TRIGGER step BEFORE INSERT ON decisions FOR EACH ROW EXECUTE FUNCTION app.decision_step()",
    """CREATE FUNCTION app.duty_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() = 'municipality' AND NEW IS DISTINCT FROM OLD AND (OLD.side = 'drc' OR OLD.done_party = 'drc'
              OR NEW.done_party = 'drc' OR NEW.done_by <> app.person()) THEN
           RAISE insufficient_privilege USING MESSAGE = 'a municipality marks its own duties, in its own name';
         END IF;
         RETURN NEW;
       END $$""",
    "CREATE TRIGGER step BEFORE UPDATE ON duties FOR EACH ROW EXECUTE FUNCTION app.duty_step()",
    """CREATE FUNCTION app.need_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() <> 'clock' AND OLD.over_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
           RAISE insufficient_privilege USING MESSAGE = 'a need that is over is not changed';
         END IF;
         RETURN NEW;
       END $$""",
    "CREATE TRIGGER step BEFORE UPDATE ON needs FOR EACH ROW EXECUTE FUNCTION app.need_step()",
    """CREATE FUNCTION app.need_event_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() <> 'clock' AND NEW.side <> app.office() THEN
           RAISE insufficient_privilege USING MESSAGE = 'a step is told by the side that took it';
         END IF;
         RETURN NEW;
       END $$""",
    "CREATE TRIGGER step BEFORE INSERT ON need_events FOR EACH ROW EXECUTE FUNCTION app.need_event_step()",
)

STAFF = ("drc", "clock")
# What others than the staff may add to, change in and remove from tables by municipality.
OTHERS: dict[str, tuple[str, str, str]] = {
    "agreements": ("", "municipality", ""),
    "checkin_lines": ("link", "link", ""),
    "checkins": ("", "link", ""),
    "decisions": ("municipality", "", ""),
    "declarations": ("", "link", ""),
    "duties": ("", "municipality", ""),
    "feeds": ("municipality", "municipality", ""),
    "need_events": ("municipality", "", ""),
    "needs": ("municipality", "municipality", ""),
    "scope_periods": ("", "municipality", ""),
    "shares": ("", "municipality", ""),
}
BY_FUNCTION = ("ledger_entries", "ledger_heads")
COLUMNS = (
    ("agreements", "municipality", ("state", "ends_on")),
    ("checkin_lines", "link", ("answer",)),
    (
        "checkins",
        "link",
        (
            *("draft", "saved_at", "answered_at", "answered_by", "story", "story_consent_at"),
            *("work_state", "attempts", "due_from", "lease_token", "lease_until", "fault"),
        ),
    ),
    ("declarations", "link", ("confirmed_at", "due_from")),
    ("duties", "municipality", ("done_on", "done_party", "done_by", "remark")),
    ("feeds", "municipality", ("revoked_at",)),
    ("needs", "municipality", ("kind", "number", "needed_by", "languages", "remark", "state", "in_place", "over_at")),
    ("scope_periods", "municipality", ("valid_to",)),
    ("shares", "municipality", ("state", "valid_to", "tells_neighbours", "answered_at", "ended_at")),
)
WHO_ONE_IS = ("persons", "memberships")  # a person's own rows that are not theirs to change
REACH = "municipality_code = ANY ((SELECT app.reach())::text[])"
CLOCK = "(SELECT app.office() = 'clock')"
DRC = "(SELECT app.office() IN ('drc', 'clock'))"
AT_THE_DOOR = "(SELECT app.office() IN ('door', 'drc', 'clock'))"
SOMEBODY = "(SELECT app.office() IS NOT NULL)"


def _of(*offices: str) -> str:
    named = ", ".join(f"'{office}'" for office in offices if office)
    return f"municipality_code = ANY ((SELECT app.reach_as({named}))::text[])"


class _Walls:
    """The walls as they stand, whichever tables there are by now."""

    def __init__(self) -> None:
        self.role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
        query = """SELECT tablename, policyname, concat(qual, with_check) FROM pg_policies
                   WHERE schemaname = 'public' AND roles::text[] = ARRAY[:role]"""
        self.told: dict[str, dict[str, str]] = {}
        for table, name, told in op.get_bind().execute(sa.text(query), {"role": self.role}):
            self.told.setdefault(table, {})[name] = told

    def of(self, *marks: str) -> Iterator[tuple[str, str]]:
        """The tables whose policies have all these marks, and what they say of reading."""
        for table, policies in sorted(self.told.items()):
            if all(any(mark in f"{name}: {told}" for name, told in policies.items()) for mark in marks):
                yield table, policies.get("wall", policies.get("wall_read", ""))

    def changes(self, table: str) -> bool:
        """Whether the service changes rows of a table at all."""
        query = "SELECT has_table_privilege(:role, format('public.%I', CAST(:table AS text)), 'UPDATE')"
        return bool(op.get_bind().scalar(sa.text(query), {"role": self.role, "table": table}))

    def put(self, table: str, read: str, add: str = "", change: str = "", remove: str = "") -> None:
        """Put policies by command in the place of those that are there."""
        self.take_down(table)
        for name, command, using, check in (
            ("wall_read", "SELECT", read, ""),
            ("wall_add", "INSERT", "", add),
            ("wall_change", "UPDATE", change, change),
            ("wall_remove", "DELETE", remove, ""),
        ):
            conditions = [f"USING ({using})"] * bool(using) + [f"WITH CHECK ({check})"] * bool(check)
            if conditions:
                op.execute(f'CREATE POLICY {name} ON "{table}" FOR {command} TO "{self.role}" {" ".join(conditions)}')

    def put_one(self, table: str, condition: str) -> None:
        """Put one policy for all commands in the place of those that are there."""
        self.take_down(table)
        op.execute(
            f'CREATE POLICY wall ON "{table}" FOR ALL TO "{self.role}" USING ({condition}) WITH CHECK ({condition})'
        )

    def take_down(self, table: str) -> None:
        for name in self.told[table]:
            op.execute(f'DROP POLICY {name} ON "{table}"')


def _readers(told: str) -> tuple[str, ...]:
    """Which offices read, of a policy by municipality: none named means all."""
    return tuple(office for office in (*STAFF, "link") if f"'{office}'" in told)


def _column(told: str) -> str:
    """The column that says whose a personal row is."""
    found = re.search(r"(\w+) = \( ?SELECT app\.person\(\)", told)
    if found is None:
        raise ValueError(f"a wall of persons says something unknown: {told}")
    return found[1]


def upgrade() -> None:
    walls = _Walls()
    for statement in (*FUNCTIONS, *STEPS):
        op.execute(statement)
    op.execute(f'GRANT EXECUTE ON FUNCTION app.reach_as(text[]) TO "{walls.role}"')
    for table, told in walls.of("wall:", "app.reach()"):
        readers = _of(*_readers(told)) if _readers(told) else REACH
        adds, changes, removes = OTHERS.get(table, ("", "", ""))
        if table in BY_FUNCTION:
            walls.put(table, readers)
        elif walls.changes(table):
            walls.put(table, readers, _of(*STAFF, adds), _of(*STAFF, changes), _of(*STAFF, removes))
        else:
            walls.put(table, readers, _of(*STAFF, adds))
    for table, told in walls.of("wall:", "'door'", "app.person()"):
        own = f"{_column(told)} = (SELECT app.person())"
        writers = CLOCK if table in WHO_ONE_IS else f"{CLOCK} OR {own}"
        walls.put(table, f"{AT_THE_DOOR} OR {own}", writers, writers, writers)
    for table, _told in walls.of("wall_add:", "app.office() IS NOT NULL"):
        walls.put(table, SOMEBODY, CLOCK, *([CLOCK, CLOCK] if walls.changes(table) else []))
    for table in (*BY_FUNCTION, *(f"national_{table}" for table in BY_FUNCTION)):
        op.execute(f'REVOKE INSERT, UPDATE, DELETE ON "{table}" FROM "{walls.role}"')
    for table, office, columns in COLUMNS:
        named = ", ".join(f"'{word}'" for word in (office, *columns))
        op.execute(
            f'CREATE TRIGGER columns_of_{office} BEFORE UPDATE ON "{table}"'
            f" FOR EACH ROW EXECUTE FUNCTION app.held_to_columns({named})"
        )


def downgrade() -> None:
    walls = _Walls()
    for table, office, _columns in COLUMNS:
        op.execute(f'DROP TRIGGER columns_of_{office} ON "{table}"')
    for table, _told in walls.of("wall_add:", "app.office() IS NOT NULL"):
        walls.put(table, SOMEBODY, DRC, DRC, DRC)
    for table, told in walls.of("wall_add:", "'door'", "app.person()"):
        walls.put_one(table, f"{AT_THE_DOOR} OR {_column(told)} = (SELECT app.person())")
    owned = dict(walls.of("wall_add:", "app.reach_as("))
    for table in (*owned, *BY_FUNCTION):
        offices = ", ".join(f"'{office}'" for office in _readers(owned.get(table, "")))
        walls.put_one(table, f"{REACH} AND (SELECT app.office() IN ({offices}))" if offices else REACH)
    op.execute(f'GRANT INSERT ON ledger_entries, national_ledger_entries TO "{walls.role}"')
    op.execute(f'GRANT INSERT, UPDATE, DELETE ON ledger_heads, national_ledger_heads TO "{walls.role}"')
    for table in ("agreements", "decisions", "duties", "needs", "need_events"):
        op.execute(f"DROP TRIGGER step ON {table}")
    op.execute(
        "DROP FUNCTION app.agreement_step(), app.decision_step(), app.duty_step(), app.need_step(), app.need_event_step()"
    )
    op.execute("DROP FUNCTION app.held_to_columns(), app.reach_as(text[])")

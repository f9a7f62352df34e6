"""How ownership becomes row-level security in PostgreSQL.

`wall_of(table)` gives the statements that raise the wall around one table. Migrations execute them, and a test compares what
PostgreSQL then reports with what the table's ownership asks for.

Why the policies look as they do. A setting is read through a function inside `(SELECT ...)`, so that it is worked out once for
a statement and not once for a row. A question about the office is asked whole inside it: the planner takes a truth that it
does not know yet to hold for half the rows, but an equation with such a value for one in two hundred, and then chooses loops
that cost a search x12. Shared rows are found by `= ANY (ARRAY(SELECT ...))`, which uses the key's index where IN
and EXISTS do not. An unset setting, one emptied at commit and one without the service's signature (`tenants.passes`) all read as
NULL, and NULL lets nothing through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tenants.ownership import May, Ownership
from tenants.reach import Office

FUNCTIONS = (
    """CREATE TABLE app.keys (inner_pad bytea, outer_pad bytea, UNIQUE NULLS NOT DISTINCT (inner_pad, outer_pad),
       CHECK ((inner_pad IS NULL) = (outer_pad IS NULL)))""",
    # A row without a key is a door left open for the code before passes, while it is replaced (docs/operations.md).
    """CREATE FUNCTION app.passed() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       BEGIN
         RETURN EXISTS (SELECT FROM app.keys WHERE inner_pad IS NULL OR current_setting('app.pass', true) =
           encode(sha256(outer_pad || sha256(inner_pad || convert_to(extract(epoch FROM now()) || '/' || current_setting('app.office', true)
             || '/' || current_setting('app.reach', true) || '/' || current_setting('app.person', true), 'UTF8'))), 'hex'));
       END $$""",
    # What the service alone can say, beside whose rows it sees: functions of the owner's ask, and a statement that was slipped in cannot.
    """CREATE FUNCTION app.vouched(said text, word text) RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
       BEGIN
         RETURN EXISTS (SELECT FROM app.keys WHERE word =
           encode(sha256(outer_pad || sha256(inner_pad || convert_to(extract(epoch FROM now()) || ':' || said, 'UTF8'))), 'hex'));
       END $$""",
    """CREATE FUNCTION app.left_open() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
       AS $$ SELECT EXISTS (SELECT FROM app.keys WHERE inner_pad IS NULL) $$""",
    """CREATE FUNCTION app.reach() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
       RETURN CASE WHEN app.passed() THEN nullif(current_setting('app.reach', true), '') END""",
    """CREATE FUNCTION app.office() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
       RETURN CASE WHEN app.passed() THEN nullif(current_setting('app.office', true), '') END""",
    """CREATE FUNCTION app.person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
       RETURN CASE WHEN app.passed() THEN nullif(current_setting('app.person', true), '')::uuid END""",
    # As app.reach(), for those offices: one check of the pass where asking for the office as well would be two.
    """CREATE FUNCTION app.reach_as(VARIADIC offices text[]) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
       RETURN CASE WHEN app.passed() AND current_setting('app.office', true) = ANY (offices)
                   THEN nullif(current_setting('app.reach', true), '') END""",
    # An office, and the columns that it may change.
    # A function of the owner's that writes more says itself who may: it is held to that and not to this.
    """CREATE FUNCTION app.held_to_columns() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() = TG_ARGV[0] AND to_jsonb(NEW) - TG_ARGV[1:] IS DISTINCT FROM to_jsonb(OLD) - TG_ARGV[1:]
            AND pg_get_userbyid((SELECT relowner FROM pg_class WHERE oid = TG_RELID)) <> current_user THEN
           RAISE insufficient_privilege USING MESSAGE = format('%s changes no other columns of %s than its own', TG_ARGV[0], TG_RELNAME);
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE FUNCTION app.today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
       RETURN (now() AT TIME ZONE 'Europe/Copenhagen')::date""",
)

_STAFF = (Office.DRC, Office.CLOCK)
_WITHIN_REACH = "municipality_code = ANY ((SELECT app.reach())::text[])"
_DRC = "(SELECT app.office() IN ('drc', 'clock'))"
_NOT_THEIRS = "(SELECT app.office() IN ('drc', 'clock', 'link'))"
_LINK = "(SELECT app.office() = 'link')"
_CLOCK = "(SELECT app.office() = 'clock')"
_SOMEBODY = "(SELECT app.office() IS NOT NULL)"


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy: its name, the command it governs, and what it demands of rows read (`using`) and written (`check`)."""

    name: str
    command: str
    using: str | None
    check: str | None

    def create(self, table: str, role: str) -> str:
        """The statement that creates this policy on `table` for `role` alone."""
        parts = [f'CREATE POLICY {self.name} ON "{table}" FOR {self.command} TO "{role}"']
        if self.using:
            parts.append(f"USING ({self.using})")
        if self.check:
            parts.append(f"WITH CHECK ({self.check})")
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Wall:
    """What a table's ownership asks for."""

    table: str
    policies: tuple[Policy, ...]
    privileges: tuple[str, ...]
    triggers: tuple[str, ...] = ()  # the statements that create those which hold an office to its columns

    def statements(self, role: str) -> Iterator[str]:
        """The statements that raise this wall for the service's `role`."""
        yield f'ALTER TABLE "{self.table}" ENABLE ROW LEVEL SECURITY'
        yield f'ALTER TABLE "{self.table}" FORCE ROW LEVEL SECURITY'
        for policy in self.policies:
            yield policy.create(self.table, role)
        yield from self.triggers
        if self.privileges:
            yield f'GRANT {", ".join(self.privileges)} ON "{self.table}" TO "{role}"'


def _one(condition: str) -> tuple[Policy, ...]:
    return (Policy("wall", "ALL", condition, condition),)


def _readers_and_writers(readers: str, writers: str) -> tuple[Policy, ...]:
    return (
        Policy("wall_read", "SELECT", readers, None),
        Policy("wall_add", "INSERT", None, writers),
        Policy("wall_change", "UPDATE", writers, writers),
        Policy("wall_remove", "DELETE", writers, None),
    )


def _shared(model: type) -> str:
    return f"{model.__shared_column__} = ANY (ARRAY({model.__shared_by__}))"  # type: ignore[attr-defined]


def _within_reach_of(offices: Iterable[Office]) -> str:
    named = ", ".join(f"'{office}'" for office in offices)
    return f"municipality_code = ANY ((SELECT app.reach_as({named}))::text[])"


def _owned(model: type) -> tuple[Policy, ...]:
    others: dict[Office, May] = model.__others_may__  # type: ignore[attr-defined]
    if model.__drc_only__ or model.__by_link__:  # type: ignore[attr-defined]
        readers = _within_reach_of((*_STAFF, Office.LINK) if model.__by_link__ else _STAFF)  # type: ignore[attr-defined]
    elif model.__withheld__:  # type: ignore[attr-defined]
        readers = f"{_WITHIN_REACH} AND (NOT ({model.__withheld__}) OR {_NOT_THEIRS})"  # type: ignore[attr-defined]
    else:
        readers = _WITHIN_REACH
    adders = _within_reach_of((*_STAFF, *(office for office, may in others.items() if may.add)))
    changers = _within_reach_of((*_STAFF, *(office for office, may in others.items() if may.change)))
    removers = _within_reach_of((*_STAFF, *(office for office, may in others.items() if may.remove)))
    return (
        Policy("wall_read", "SELECT", readers, None),
        Policy("wall_add", "INSERT", None, adders),
        Policy("wall_change", "UPDATE", changers, changers),
        Policy("wall_remove", "DELETE", removers, None),
    )


def _held_to_columns(table: str, others: dict[Office, May]) -> Iterator[str]:
    for office, may in others.items():
        if may.change:
            named = ", ".join(f"'{word}'" for word in (office, *may.change))
            yield (
                f'CREATE TRIGGER columns_of_{office} BEFORE UPDATE ON "{table}"'
                f" FOR EACH ROW EXECUTE FUNCTION app.held_to_columns({named})"
            )


def wall_of(model: type) -> Wall:
    """The wall that a model's ownership asks for. Raises TypeError for a model that declares none."""
    table = model.__tablename__  # type: ignore[attr-defined]
    kinds = {base.__dict__["__ownership__"] for base in model.__mro__ if "__ownership__" in base.__dict__}
    if len(kinds) != 1:
        raise TypeError(f"{table} must bear exactly one kind of ownership, it bears {sorted(kinds) or 'none'}")
    if getattr(model, "__sealed__", False):
        return Wall(table, (), ())
    match kinds.pop():
        case Ownership.OWNED:
            policies = _owned(model)
        case Ownership.SHARED:
            policies = _readers_and_writers(f"{_DRC} OR {_shared(model)}", _DRC)
        case Ownership.NETWORK:
            seen = f"{_WITHIN_REACH} AND {_shared(model)}" if model.__shared_by__ else _WITHIN_REACH  # type: ignore[attr-defined]
            policies = _readers_and_writers(f"{_DRC} OR ({seen})", _DRC)
        case Ownership.NATIONAL:
            by_link = f"{_DRC} OR ({_WITHIN_REACH} AND {_LINK})"
            policies = _readers_and_writers(by_link, _DRC) if model.__by_link__ else _one(_DRC)  # type: ignore[attr-defined]
        case Ownership.COMMON:
            policies = _readers_and_writers(_SOMEBODY, _CLOCK)
        case Ownership.PERSONAL:
            own = f"{model.__person_column__} = (SELECT app.person())"  # type: ignore[attr-defined]
            writers = f"{_CLOCK} OR {own}" if model.__own_to_change__ else _CLOCK  # type: ignore[attr-defined]
            policies = _readers_and_writers(f"(SELECT app.office() IN ('door', 'drc', 'clock')) OR {own}", writers)
        case kind:
            raise TypeError(f"{table} bears an unknown ownership {kind!r}")
    commands = _commands(model)
    governed = {"ALL", *commands}
    triggers = tuple(_held_to_columns(table, getattr(model, "__others_may__", {})))
    return Wall(table, tuple(policy for policy in policies if policy.command in governed), commands, triggers)


def _commands(model: type) -> tuple[str, ...]:
    """The commands that the service's role may give at all, whoever acts."""
    if getattr(model, "__by_function__", False):
        return ("SELECT",)
    return ("SELECT", "INSERT") if model.__immutable__ else ("SELECT", "INSERT", "UPDATE", "DELETE")  # type: ignore[attr-defined]

"""Who writes what: DRC and unattended work, and of the others each its own tables, columns and steps; the ledger by a function alone."""

from __future__ import annotations

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
         IF app.office() = 'municipality' AND (OLD.side = 'drc' OR OLD.done_party = 'drc' OR NEW.done_party = 'drc'
              OR NEW.done_by <> app.person()) THEN
           RAISE insufficient_privilege USING MESSAGE = 'a municipality marks its own duties, in its own name';
         END IF;
         RETURN NEW;
       END $$""",
    "CREATE TRIGGER step BEFORE UPDATE ON duties FOR EACH ROW EXECUTE FUNCTION app.duty_step()",
    """CREATE FUNCTION app.need_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
       BEGIN
         IF app.office() <> 'clock' AND OLD.over_at IS NOT NULL THEN
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
# By table: who reads (empty: whoever has the municipality within reach), and who adds, changes and removes besides the staff.
OWNED: dict[str, tuple[tuple[str, ...], str, str, str]] = {
    **dict.fromkeys(
        ("activities", "activity_schedules", "document_numbers", "duty_lists", "partnerships", "posters", "statements"),
        ((), "", "", ""),
    ),
    **dict.fromkeys(
        ("capability_uses", "drift_checks", "drift_findings", "drift_papers", "notices", "scope_drafts", "sessions"),
        (STAFF, "", "", ""),
    ),
    "agreements": ((), "", "municipality", ""),
    "checkin_lines": ((*STAFF, "link"), "link", "link", ""),
    "checkins": ((*STAFF, "link"), "", "link", ""),
    "declarations": ((), "", "link", ""),
    "duties": ((), "", "municipality", ""),
    "feeds": ((), "municipality", "municipality", ""),
    "needs": ((), "municipality", "municipality", ""),
    "scope_periods": ((), "", "municipality", ""),
    "shares": ((), "", "municipality", ""),
}
APPEND_ONLY = {
    "closed_months": "",
    "decisions": "municipality",
    "documents": "",
    "need_events": "municipality",
    "recruitment_months": "",
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
            *("work_state", "attempts", "due_from", "lease_token", "lease_until"),
        ),
    ),
    ("declarations", "link", ("confirmed_at", "due_from")),
    ("duties", "municipality", ("done_on", "done_party", "done_by", "remark")),
    ("feeds", "municipality", ("revoked_at",)),
    ("needs", "municipality", ("kind", "number", "needed_by", "languages", "remark", "state", "in_place", "over_at")),
    ("scope_periods", "municipality", ("valid_to",)),
    ("shares", "municipality", ("state", "valid_to", "tells_neighbours", "answered_at", "ended_at")),
)
DRC = "(SELECT app.office() IN ('drc', 'clock'))"
REACH = "municipality_code = ANY ((SELECT app.reach())::text[])"


def _of(*offices: str) -> str:
    named = ", ".join(f"'{office}'" for office in offices if office)
    return f"municipality_code = ANY ((SELECT app.reach_as({named}))::text[])"


def upgrade() -> None:
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]

    def policy(table: str, name: str, command: str, *conditions: str) -> None:
        op.execute(f'CREATE POLICY {name} ON "{table}" FOR {command} TO "{role}" {" ".join(conditions)}')

    for statement in (*FUNCTIONS, *STEPS):
        op.execute(statement)
    op.execute(f'GRANT EXECUTE ON FUNCTION app.reach_as(text[]) TO "{role}"')
    for table in (*OWNED, *APPEND_ONLY, *BY_FUNCTION):
        op.execute(f'DROP POLICY wall ON "{table}"')
    for table, (readers, adds, changes, removes) in OWNED.items():
        policy(table, "wall_read", "SELECT", f"USING ({_of(*readers) if readers else REACH})")
        policy(table, "wall_add", "INSERT", f"WITH CHECK ({_of(*STAFF, adds)})")
        changers = _of(*STAFF, changes)
        policy(table, "wall_change", "UPDATE", f"USING ({changers})", f"WITH CHECK ({changers})")
        policy(table, "wall_remove", "DELETE", f"USING ({_of(*STAFF, removes)})")
    for table, adds in APPEND_ONLY.items():
        policy(table, "wall_read", "SELECT", f"USING ({REACH})")
        policy(table, "wall_add", "INSERT", f"WITH CHECK ({_of(*STAFF, adds)})")
    for table in BY_FUNCTION:
        policy(table, "wall_read", "SELECT", f"USING ({REACH})")
    for table in (*BY_FUNCTION, *(f"national_{table}" for table in BY_FUNCTION)):
        op.execute(f'REVOKE INSERT, UPDATE, DELETE ON "{table}" FROM "{role}"')
    op.execute("DROP POLICY wall_change ON text_versions; DROP POLICY wall_remove ON text_versions")
    for table, office, columns in COLUMNS:
        named = ", ".join(f"'{word}'" for word in (office, *columns))
        op.execute(
            f'CREATE TRIGGER columns_of_{office} BEFORE UPDATE ON "{table}"'
            f" FOR EACH ROW EXECUTE FUNCTION app.held_to_columns({named})"
        )


def downgrade() -> None:
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]

    def drop(table: str, *names: str) -> None:
        for name in names:
            op.execute(f'DROP POLICY {name} ON "{table}"')

    for table, office, _columns in COLUMNS:
        op.execute(f'DROP TRIGGER columns_of_{office} ON "{table}"')
    op.execute(
        f"""CREATE POLICY wall_change ON text_versions FOR UPDATE TO "{role}" USING ({DRC}) WITH CHECK ({DRC})"""
    )
    op.execute(f"""CREATE POLICY wall_remove ON text_versions FOR DELETE TO "{role}" USING ({DRC})""")
    for table in OWNED:
        drop(table, "wall_read", "wall_add", "wall_change", "wall_remove")
    for table in APPEND_ONLY:
        drop(table, "wall_read", "wall_add")
    for table in BY_FUNCTION:
        drop(table, "wall_read")
    for table in (*OWNED, *APPEND_ONLY, *BY_FUNCTION):
        readers = OWNED.get(table, ((),))[0]
        offices = ", ".join(f"'{office}'" for office in readers)
        seen = f"{REACH} AND (SELECT app.office() IN ({offices}))" if readers else REACH
        op.execute(f'CREATE POLICY wall ON "{table}" FOR ALL TO "{role}" USING ({seen}) WITH CHECK ({seen})')
    op.execute(f'GRANT INSERT ON ledger_entries, national_ledger_entries TO "{role}"')
    op.execute(f'GRANT INSERT, UPDATE, DELETE ON ledger_heads, national_ledger_heads TO "{role}"')
    for table in ("agreements", "decisions", "duties", "needs", "need_events"):
        op.execute(f"DROP TRIGGER step ON {table}")
    op.execute(
        "DROP FUNCTION app.agreement_step(), app.decision_step(), app.duty_step(), app.need_step(), app.need_event_step()"
    )
    op.execute("DROP FUNCTION app.held_to_columns(), app.reach_as(text[])")

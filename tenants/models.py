"""The municipalities, their partnerships and the periods in which a scope was in force."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.contacts import READABLE, with_contacts
from tenants.database import Model
from tenants.ownership import Common, May, Owned
from tenants.personal import Data, Holds, nobodys
from tenants.reach import Office
from tenants.scope import Scope


class Municipality(Common, Model):
    """One of the 98. The row is the truth; the reviewed file is its seed."""

    __tablename__ = "municipalities"
    __holds__ = Holds(**nobodys("code", "name", "official_name", "cvr", "organisation_uuid", "sort_key"))
    __table_args__ = (
        CheckConstraint("code ~ '^[0-9]{4}$'", name="code"),
        CheckConstraint("cvr ~ '^[0-9]{8}$'", name="cvr"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)  # four digits, the leading zero kept
    name: Mapped[str]  # København
    official_name: Mapped[str]  # Københavns Kommune
    cvr: Mapped[str]  # the key of the municipality in every common sign-in
    organisation_uuid: Mapped[UUID]  # in the municipalities' common organisation register
    sort_key: Mapped[str]  # Danish order as plain bytes: no collation of the server is needed


class RegionPeriod(Common, Model):
    """Which region a municipality belongs to from a day until another: regions merge."""

    __tablename__ = "region_periods"
    __holds__ = Holds(**nobodys("region_name"))

    municipality_code: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    region_name: Mapped[str]
    __table_args__ = (ForeignKeyConstraint(["municipality_code"], ["municipalities.code"]),)


class Partnership(Owned, Model):
    """The relation between DRC and a municipality over time: one for each municipality that ever had one."""

    __tablename__ = "partnerships"
    __holds__ = Holds()
    __table_args__ = (Index("uq_partnerships_municipality_code", "municipality_code", unique=True),)

    created_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))


class ScopePeriod(Owned, Model):
    """Which scope was in force from a day (included) to another (not included), and which agreement says so."""

    __tablename__ = "scope_periods"
    __holds__ = Holds(agreement_id=Data.NOBODY, scope=Data.CONTACT, contacts=Data.CONTACT)
    __others_may__: ClassVar = {Office.MUNICIPALITY: May(change=("valid_to",))}
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_code", "partnership_id"], ["partnerships.municipality_code", "partnerships.id"]
        ),
        CheckConstraint("valid_from < valid_to", name="not_empty"),
        CheckConstraint(READABLE, name="contacts"),
        # Two periods of a municipality never overlap. The code goes in as a number range, because an exclusion constraint on
        # plain text would need an extension that not every server has.
        ExcludeConstraint(
            (text("int4range(municipality_code::int, municipality_code::int, '[]')"), "&&"),
            (text("daterange(valid_from, valid_to)"), "&&"),
            name="ex_scope_periods_overlap",
            using="gist",
        ),
        Index("ix_scope_periods_municipality_code_valid_from", "municipality_code", "valid_from"),
    )

    partnership_id: Mapped[UUID]
    agreement_id: Mapped[UUID]  # the agreement that says so; features stand above, so the key is theirs to add
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date]  # the first day it is no longer in force
    stored_scope: Mapped[dict[str, Any]] = mapped_column("scope")  # as the agreement was signed
    contacts: Mapped[dict[str, Any]] = mapped_column(
        server_default="{}"
    )  # who has come after the contacts that it names

    @property
    def scope(self) -> Scope:
        """The scope as a value, with the contacts as they are now."""
        return Scope.from_plain(with_contacts(self.stored_scope, self.contacts))

    @property
    def readable(self) -> Scope | None:
        """The same, and None where it cannot be read: for lists of many municipalities."""
        return Scope.readable(with_contacts(self.stored_scope, self.contacts))


# A period is its municipality's row, so the wall lets the municipality's people write it; but it says what the municipality is let in
# to. Both parties put it in force, DRC last. The municipality's people may end it by notice: never make, widen or prolong one.
STEPS = (
    """CREATE FUNCTION app.scope_step() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, app AS $$
       BEGIN
         IF app.office() IN ('drc', 'clock') OR pg_get_userbyid((SELECT relowner FROM pg_class WHERE oid = TG_RELID)) = current_user THEN
           IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
           RETURN NEW;
         END IF;
         IF TG_OP = 'UPDATE' AND NEW.valid_to <= OLD.valid_to
            AND (NEW.municipality_code, NEW.id, NEW.partnership_id, NEW.agreement_id, NEW.valid_from, NEW.scope)
            IS NOT DISTINCT FROM (OLD.municipality_code, OLD.id, OLD.partnership_id, OLD.agreement_id, OLD.valid_from, OLD.scope) THEN
           RETURN NEW;
         END IF;
         RAISE insufficient_privilege USING MESSAGE = 'a municipality ends a scope in force, no more';
       END $$""",
    "CREATE TRIGGER step BEFORE INSERT OR UPDATE OR DELETE ON scope_periods FOR EACH ROW EXECUTE FUNCTION app.scope_step()",
)

"""Municipalities' providers, and whom their subjects are known as. Who writes them stands in `writers.py`."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import Model
from tenants.ownership import Owned, Personal
from tenants.personal import Data, Holds, nobodys


class IdentityProvider(Owned, Model):
    """Where a municipality's people prove who they are. One of each kind: one issuer a municipality."""

    __tablename__ = "identity_providers"
    __holds__ = Holds(
        secret=Data.SECRET,
        **nobodys("issuer", "client_id", "tenant", "roles_claim", "manager_value", "staff_value", "metadata_xml"),
        changed_by=Data.DOER,
    )
    __drc_only__: ClassVar = True
    __by_function__: ClassVar = True
    __table_args__ = (
        CheckConstraint("kind IN ('oidc', 'saml')", name="kind"),
        CheckConstraint("least_level IN (1, 2, 3)", name="least_level"),
        Index("uq_identity_providers_kind", "municipality_code", "kind", unique=True),
    )

    kind: Mapped[str]
    issuer: Mapped[str]  # of SAML: the entity id
    client_id: Mapped[str] = mapped_column(server_default="")  # whom the provider knows us as
    secret: Mapped[bytes | None]  # encrypted, for this provider alone
    tenant: Mapped[str] = mapped_column(server_default="")  # Entra ID's `tid`; "" where the provider has none
    metadata_xml: Mapped[str] = mapped_column(server_default="")  # what SAML's provider says of itself
    roles_claim: Mapped[str] = mapped_column(server_default="")  # in which claim, or attribute, it sends roles
    manager_value: Mapped[str] = mapped_column(server_default="")  # what it sends there for a manager
    staff_value: Mapped[str] = mapped_column(server_default="")
    least_level: Mapped[int | None]  # NSIS: how sure it must be; None where it says none
    asks_second: Mapped[bool] = mapped_column(server_default=text("false"))  # it asks everybody for a second step
    demanded: Mapped[bool] = mapped_column(server_default=text("false"))  # no password lets the municipality's staff in
    switched_on: Mapped[bool] = mapped_column(server_default=text("false"))
    changed_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))
    changed_by: Mapped[UUID | None]


class ProviderSubject(Personal, Model):
    """Whom an issuer's subject is known as. Nobody is known by an address, or a name."""

    __tablename__ = "provider_subjects"
    __holds__ = Holds(Data.SIGN_IN)
    __own_to_change__: ClassVar = False
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_code", "provider_id"], ["identity_providers.municipality_code", "identity_providers.id"]
        ),
        Index("ix_provider_subjects_person_id", "person_id"),
        Index("ix_provider_subjects_provider", "municipality_code", "provider_id"),
    )

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    municipality_code: Mapped[str]
    provider_id: Mapped[UUID]
    made_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime]
    released_at: Mapped[
        dt.datetime | None
    ]  # let go since then: the provider may name somebody else by it, and its person otherwise

"""Whose contact somebody changes, and what another agreement takes over."""

from __future__ import annotations

import pytest

from service.partnership.contacts.letters import SUBJECTS, changed
from service.partnership.contacts.rules import ContactSide, sides_to_change
from service.platform.web.identity import Role
from tenants.contacts import carried, with_contacts
from tenants.reach import Office
from tenants.scope import Contact

BOTH, OWN = tuple(ContactSide), (ContactSide.MUNICIPALITY,)
ANNA = {"name": "Anna", "title": "Konsulent", "phone": "12 34 56 78", "email": "anna@drc.example"}
BO, CARL = {**ANNA, "name": "Bo"}, {**ANNA, "name": "Carl"}
SINCE = {"since": "2026-11-30"}


@pytest.mark.parametrize(
    ("office", "roles", "sides"),
    [
        (Office.DRC, {Role.SECRETARIAT}, BOTH),
        (Office.DRC, {Role.CONSULTANT}, BOTH),
        (Office.CLOCK, set(), BOTH),
        (Office.MUNICIPALITY, {Role.MANAGER}, OWN),
        (Office.MUNICIPALITY, {Role.STAFF}, OWN),
        (Office.MUNICIPALITY, set(), ()),
        (Office.LINK, {Role.MANAGER}, ()),
        (Office.DOOR, {Role.SECRETARIAT}, ()),
    ],
)
def test_whose_contact_somebody_changes(office: Office, roles: set[Role], sides: tuple[ContactSide, ...]) -> None:
    assert sides_to_change(office, frozenset(roles)) == sides


def test_addresses_name_the_sides() -> None:
    assert [side.word for side in ContactSide] == ["kommunen", "drc"]


def test_who_has_come_since_stands_in_the_place_of_whom_the_agreement_names() -> None:
    signed = {"drc_contact": ANNA, "municipality_contact": CARL, "purpose": "x"}
    assert with_contacts(signed, {}) == signed
    assert with_contacts(signed, {"drc_contact": BO | SINCE}) == {**signed, "drc_contact": BO}
    assert signed["drc_contact"] == ANNA, "what was signed stays"


@pytest.mark.parametrize(
    ("after", "kept"),
    [
        ({"drc_contact": ANNA}, {"drc_contact": BO | SINCE}),  # drawn up before the change
        ({"drc_contact": BO}, {}),  # it names the new one itself
        ({"drc_contact": CARL}, {}),  # what was agreed last
        ({}, {}),
    ],
)
def test_another_agreement_takes_over_a_change_only_where_it_names_the_one_before(
    after: dict[str, object], kept: dict[str, object]
) -> None:
    assert carried({"drc_contact": ANNA}, {"drc_contact": BO | SINCE}, after) == kept


@pytest.mark.parametrize("side", ContactSide)
def test_the_mail_names_the_new_contact_and_where_to_see_it(side: ContactSide) -> None:
    body = changed("Karen", "Aabenraa Kommune", side, Contact(**ANNA), "https://x.example/kommuner/0580/kontakter")
    assert all(word in body for word in ("Kære Karen", "Anna, Konsulent", "12 34 56 78", "/kommuner/0580/kontakter"))
    assert "tovholder" in SUBJECTS[side]

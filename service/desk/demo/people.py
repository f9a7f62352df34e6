"""The demonstration's people: DRC's, with their territories, and two for each municipality of the plan. Nobody of them is real."""

from __future__ import annotations

from service.desk.demo import files
from service.platform.accounts import operations as people
from service.platform.accounts import queries as accounts
from service.platform.accounts.models import Membership, Person
from service.platform.territories import operations as territories
from service.platform.web.identity import Role
from tenants.database import db
from tenants.scope import Contact

PASSWORD = "partnerskab-demo"  # noqa: S105 - printed for everyone; there are no such accounts in production
SECRETARIAT = "sekretariat@drc.example"


def manager_of(code: str) -> str:
    """The address of a municipality's manager."""
    return f"leder.{code}@kommune.example"


def staff_of(code: str) -> str:
    """The address of a municipality's coordinator."""
    return f"medarbejder.{code}@kommune.example"


def consultant_of(code: str) -> str:
    """The address of the consultant whose territory holds a municipality."""
    return next(f"{t.mailbox}@drc.example" for t in files.territories() if code in t.municipalities)


def are_there() -> bool:
    """Whether the people have been put in."""
    return accounts.person_by_email(SECRETARIAT) is not None


def put_in(names: dict[str, str]) -> None:
    """Put in DRC's people, their territories, and two people for each municipality of the plan."""
    hashed = people.hash_password(PASSWORD)  # worked out once: it is slow by design

    def add(email: str, name: str, title: str, phone: str, *places: tuple[Role, str | None, str | None]) -> None:
        row = Person(email=email, name=name, title=title, phone=phone)
        db.session.add(row)
        db.session.flush()
        people.set_password(row.id, None, hashed)
        db.session.add_all(
            Membership(person_id=row.id, role=r, municipality_code=code, territory=t, valid_from=territories.BEGIN)
            for r, code, t in places
        )

    territories.load()
    add(SECRETARIAT, "Sekretariatet (demo)", "Programleder", "00 10 00 00", (Role.SECRETARIAT, None, None))
    for number, territory in enumerate(files.territories(), 1):
        phone = f"00 10 00 {number:02d}"
        place = (Role.CONSULTANT, None, territory.name)
        add(
            f"{territory.mailbox}@drc.example", f"Konsulent {territory.name} (demo)", "Regional konsulent", phone, place
        )
    for code in dict.fromkeys(plan.code for plan in files.agreements()):
        phone = f"00 {code[:2]} {code[2:]}"
        add(
            manager_of(code), f"Leder {names[code]} (demo)", "Afdelingsleder", f"{phone} 01", (Role.MANAGER, code, None)
        )
        add(
            staff_of(code),
            f"Tovholder {names[code]} (demo)",
            "Integrationskoordinator",
            f"{phone} 02",
            (Role.STAFF, code, None),
        )
    both = ((Role.STAFF, "0580", None), (Role.STAFF, "0540", None))
    add(
        "faelles.soenderjylland@kommune.example",
        "Fælles medarbejder (demo)",
        "Integrationskoordinator",
        "00 40 00 01",
        *both,
    )
    db.session.flush()


def person(email: str) -> Person:
    """Who has that address. Raises RuntimeError when nobody has."""
    found = accounts.person_by_email(email)
    if found is None:
        raise RuntimeError(f"the demonstration data lacks {email}")
    return found


def contact(email: str) -> Contact:
    """The same as an agreement names a contact."""
    found = person(email)
    return Contact(found.name, found.title, found.phone, found.email)

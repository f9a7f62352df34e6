"""The mail with the link that confirms, in the language that the form was in."""

from __future__ import annotations

from service.activity.interests.models import Interest
from service.platform.notices.rules import Letter

SUBJECTS = {
    "da": "Bekræft, at du vil være frivillig",
    "en": "Confirm that you would like to volunteer",
}
BODIES = {
    "da": """Hej {name}

Tak, fordi du gerne vil være frivillig sammen med flygtninge. Bekræft her, så hører du fra os inden for fem hverdage:

{link}

Bekræfter du ikke inden to dage, sletter vi det, du har skrevet. Har du ikke selv skrevet til os, skal du ikke gøre noget.
Linket er dit eget: med det kan du også melde fra igen.

Venlig hilsen
Dansk Flygtningehjælp, Frivilligafdelingen
""",
    "en": """Hello {name}

Thank you for wanting to volunteer with refugees. Confirm here, and you hear from us within five working days:

{link}

If you do not confirm within two days, we delete what you have written. If it was not you who wrote to us, you need not do anything.
The link is your own: you can also use it to change your mind.

Kind regards
Danish Refugee Council, volunteer department
""",
}


def letter(row: Interest, link: str) -> Letter:
    """The mail of one who would like to join."""
    body = BODIES[row.language].format(name=row.name, link=link)
    return Letter(row.id, row.email, SUBJECTS[row.language], body, row.asked_at)

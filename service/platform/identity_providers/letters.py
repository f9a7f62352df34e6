"""The mail to whoever is to be known by another name at their municipality's login."""

from __future__ import annotations

SUBJECT = "Dit login i Partnerskab skal knyttes igen"
LET_GO = """Kære {name}

Din konto i Partnerskab er ikke længere knyttet til kommunens login. Det sker, når login-systemet har givet dig et nyt navn.
Åbn linket inden syv dage, og log ind med kommunens login. Så er kontoen knyttet igen:

{link}

Kender du ikke noget til det, så ring til din konsulent i Dansk Flygtningehjælp.

Venlig hilsen
Dansk Flygtningehjælp, Frivilligafdelingen
"""

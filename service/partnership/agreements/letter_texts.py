"""What the mails about an agreement say, and to which parties. Danish, as all mail. Plain values.

An addendum is called an addendum until it is concluded; what ends afterwards is the agreement as it has changed it.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.partnership.agreements.rules import AgreementState, Party


@dataclass(frozen=True, slots=True)
class MailText:
    """To which parties a mail goes, its subject, and the sentence or two before the address of the page."""

    parties: tuple[Party, ...]
    subject: str
    text: str


_MUNICIPALITY, _DRC = (Party.MUNICIPALITY,), (Party.DRC,)
BOTH = (Party.MUNICIPALITY, Party.DRC)
OF_AGREEMENT = {
    AgreementState.OFFERED: MailText(
        _MUNICIPALITY,
        "En partnerskabsaftale venter på jeres godkendelse",
        "Aftalen ligger klar. Læs den, og godkend eller afvis den her:",
    ),
    AgreementState.ACCEPTED: MailText(
        _DRC,
        "En kommune har godkendt sin partnerskabsaftale",
        "Kommunen har godkendt. Aftalen venter nu på sekretariatet:",
    ),
    AgreementState.CONCLUDED: MailText(
        _MUNICIPALITY,
        "Jeres partnerskabsaftale er indgået",
        "Begge parter har godkendt aftalen. Find den her:",
    ),
    AgreementState.DECLINED: MailText(
        _DRC,
        "En kommune har afvist en partnerskabsaftale",
        "Kommunen har afvist aftalen. Læs begrundelsen her:",
    ),
    AgreementState.WITHDRAWN: MailText(
        _MUNICIPALITY,
        "Et tilbud om en partnerskabsaftale er trukket tilbage",
        "Dansk Flygtningehjælp har trukket tilbuddet tilbage. Læs begrundelsen her:",
    ),
    AgreementState.TERMINATED: MailText(
        BOTH,
        "En partnerskabsaftale er opsagt",
        "Aftalen er opsagt. Læs begrundelsen, og se aftalens sidste dag her:",
    ),
    AgreementState.ENDED_EARLY: MailText(
        BOTH,
        "En partnerskabsaftale slutter før tid",
        "Parterne er enige om en tidligere sidste dag. Se den her:",
    ),
    AgreementState.ENDED_FOR_BREACH: MailText(
        BOTH,
        "En partnerskabsaftale er ophævet",
        "Aftalen er ophævet. Læs begrundelsen, og se aftalens sidste dag her:",
    ),
}
OF_ADDENDUM = {
    AgreementState.OFFERED: MailText(
        _MUNICIPALITY,
        "Et tillæg til jeres partnerskabsaftale venter på jeres godkendelse",
        "Tillægget ligger klar. Læs, hvad det ændrer, og godkend eller afvis det her:",
    ),
    AgreementState.ACCEPTED: MailText(
        _DRC,
        "En kommune har godkendt et tillæg til sin partnerskabsaftale",
        "Kommunen har godkendt. Tillægget venter nu på sekretariatet:",
    ),
    AgreementState.CONCLUDED: MailText(
        _MUNICIPALITY,
        "Tillægget til jeres partnerskabsaftale er indgået",
        "Begge parter har godkendt tillægget. Find det her:",
    ),
    AgreementState.DECLINED: MailText(
        _DRC,
        "En kommune har afvist et tillæg til sin partnerskabsaftale",
        "Kommunen har afvist tillægget. Læs begrundelsen her:",
    ),
    AgreementState.WITHDRAWN: MailText(
        _MUNICIPALITY,
        "Et tilbud om et tillæg til jeres partnerskabsaftale er trukket tilbage",
        "Dansk Flygtningehjælp har trukket tilbuddet tilbage. Læs begrundelsen her:",
    ),
}
TAKEN_IN = MailText(
    _MUNICIPALITY,
    "Jeres partnerskabsaftale på papir er taget ind",
    "Dansk Flygtningehjælp har taget den aftale ind, som I har underskrevet på papir. Se den, og sig til, hvis noget ikke passer:",
)
END_PROPOSED = (
    "Forslag om, at en partnerskabsaftale slutter før tid",
    "Den anden part foreslår en tidligere sidste dag. Læs hvorfor, og svar her:",
)
END_DECLINED = (
    "Et forslag om at slutte en partnerskabsaftale før tid er afvist",
    "Aftalen løber videre. Læs begrundelsen her:",
)
END_WITHDRAWN = (
    "Et forslag om at slutte en partnerskabsaftale før tid er trukket tilbage",
    "Aftalen løber videre. Se den her:",
)
END_FILED = MailText(
    BOTH,
    "Til journalen: papiret om, at en partnerskabsaftale slutter før tid",
    "Papiret ligger nu ved aftalen som PDF og kan journaliseres. Find det her:",
)


def of_state(state: AgreementState, *, addendum: bool = False, on_paper: bool = False) -> MailText | None:
    """The mail about a state that has just been reached; None where nobody is told of it."""
    if on_paper and state is AgreementState.CONCLUDED:
        return TAKEN_IN
    found = OF_ADDENDUM.get(state) if addendum else None
    return found or OF_AGREEMENT.get(state)


def certified(addendum: bool) -> MailText:
    """The mail that the certificate of the approvals is there to be filed."""
    what, where = (
        ("et tillæg til en partnerskabsaftale", "tillægget") if addendum else ("en partnerskabsaftale", "aftalen")
    )
    return MailText(
        BOTH,
        f"Til journalen: godkendelsesbeviset for {what}",
        f"Beviset for begge parters godkendelse ligger nu ved {where} som PDF og kan journaliseres. Find det her:",
    )

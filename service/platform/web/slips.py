"""What in a free text looks as if it told of a person: a number, an address, a family's name, an illness, a pregnancy.

The one place that knows. A browser judges by the same patterns as we do (`static/slips.js`), so they are written for both: letters are
named, as the short ways to say so mean other signs there, and what stands before is looked at by its length.

What tells of kinds of people is nobody: "gravide" are many, "en gravid" is one; "foredrag om PTSD" is a subject, "har PTSD" somebody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Sign(StrEnum):
    """What a text looks as if it held."""

    CPR = "cpr"
    PHONE = "phone"
    EMAIL = "email"
    FAMILY = "family"
    STREET = "street"
    ILLNESS = "illness"
    PREGNANCY = "pregnancy"


class TextKind(StrEnum):
    """What a free text is for."""

    REMARK = "remark"
    TERMS = "terms"  # names and kinds of people: of a group, a target group, what is agreed. Illness is a subject there
    PLACE = "place"  # of a place the street is asked for


NUMBERS = frozenset({Sign.CPR, Sign.PHONE, Sign.EMAIL})
JUDGED = {
    TextKind.REMARK: frozenset(Sign),
    TextKind.TERMS: frozenset(Sign) - {Sign.ILLNESS, Sign.PREGNANCY},
    TextKind.PLACE: frozenset(Sign) - {Sign.ILLNESS, Sign.PREGNANCY, Sign.STREET},
}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern, for Python and for JavaScript."""

    sign: Sign
    source: str
    any_case: bool = False


@dataclass(frozen=True, slots=True)
class Slip:
    """What was found: a sign, and the words that it was found in."""

    sign: Sign
    words: str


def _any(words: str, *phrases: str) -> str:
    """A pattern for any of some words, with a space between them, or phrases."""
    return f"(?:{'|'.join((*words.split(), *phrases))})"


def _not_after(*words: str) -> str:
    return "".join(f"(?<!{word} )" for word in words)


CAPITAL, SMALL = "A-ZÀ-ÖØ-Þ", "a-zß-öø-ÿ"
LETTER = CAPITAL + SMALL
START, END = f"(?<![{LETTER}0-9'’-])", f"(?![{LETTER}'’])"

NO_SURNAMES = _any(
    "Danmark Hus Huset Center Centret Café Caféen Netværk Netværket Rådgivning Afdelingen Team Teamet Klub Klubben Dag Dagen"
    " Fest Integration Indsats Indsatsen Liv Først"
)
NO_FAMILIES = _any(
    "Venskabs Netværks Venne Værts Sprogcafé Frivillig Flygtninge Partnerskabs Ukraine Kerne Storm Par Børne Mentor Pleje"
)
KINDS_OF_FAMILY = _any(
    "Danish Syrian Ukrainian Afghan Eritrean Somali Iranian Iraqi Kurdish Palestinian Turkish Whole Host Friend Network Refugee"
)
PARTICLE = "(?:(?:[Aa]l|[Ee]l|[Dd]e|[Dd]a|[Vv]an|[Vv]on|[Bb]in|[Bb]en|[Aa]bu|[Ii]bn)[ -])?"
SURNAME = f"(?!{NO_SURNAMES}{END}){PARTICLE}(?:[{CAPITAL}][{LETTER}'’-]+|[{SMALL}]{{2,}}sen{END})"

ROAD = _any("gade vej allé alle stræde vænge vænget boulevard gyde kaj kajen")
SQUARE = _any("plads torv torvet parken bakken toften marken skrænten ager lunden haven stien")
ROAD_BY_ITSELF = _any("Gade Vej Allé Alle Plads Torv Stræde Boulevard Park Vænge Street Road Lane Avenue")
NO_ROADS = _any("om motor gen ud skole cykel hoved under ad lande gang transport tilkørsels")
NO_SQUARES = _any("Arbejds Lege Parkerings Praktik Studie Bolig Elev Sidde")
COUNTED = _any(
    "gange dage uger timer minutter måneder mandage tirsdage onsdage torsdage fredage familier personer frivillige børn voksne"
    " deltagere mentorer pladser times days weeks hours families volunteers people children mentors"
)
HOUSE = f"[0-9]{{1,3}}(?: ?[{LETTER}])?(?![{LETTER}0-9%]|[.:][0-9]|[ ]*{COUNTED})"

ILL = _any(
    "syg sygemeldt sygemelding sygehistorie hjertesyg kræft kræftsyg leukæmi diabetes sukkersyge epilepsi sklerose ptsd"
    " depression depressionen depressiv deprimeret angst angstanfald skizofreni skizofren bipolar psykose psykotisk psykiater"
    " psykiateren psykiatrisk psykiatrien autisme autist autistisk adhd demens dement hjerneskade hjerneskadet hjerneblødning"
    " blodprop hiv hepatitis tuberkulose misbruger alkoholiker selvmord selvmordsforsøg selvmordstruet selvskade indlagt"
    " indlæggelse indlæggelsen diagnose diagnosen diagnosticeret kemoterapi traumatiseret handicappet opereret sengeliggende"
    " sygdommen cancer leukaemia epilepsy depressed anxiety schizophrenia schizophrenic psychosis psychotic psychiatric"
    " psychiatrist autism autistic dementia diagnosis diagnosed hospitalised hospitalized chemotherapy suicide suicidal"
    " traumatised traumatized medication tuberculosis",
    "psykisk sårbar",
    "i behandling (?:for|hos|på)",
    "(?:tager|får) (?:sin )?medicin",
    "(?:hans|hendes|deres|konens|mandens|sønnens|datterens|barnets) sygdom",
    "(?:is|was|fell|seriously|mentally|chronically|very) (?:ill|sick)",
)

# "Termin" is a due date of a child, and of a payment.
WHEN = _any(
    "januar februar marts april maj juni juli august september oktober november december uge slutningen begyndelsen starten"
    " midten foråret sommeren efteråret vinteren [0-9]"
)
NO_PAYMENT = (
    _not_after("første", "anden", "tredje", "sidste", "næste", "hver", "[0-9][.]") + "(?!.*(?:kr[.]|betal|rate))"
)
EXPECTING = _any(
    "gravid højgravid graviditet graviditeten nyfødt terminsdato barsel barselsorlov pregnancy",
    "pregnant(?! women)",
    f"{NO_PAYMENT}(?:har|hendes|sin|forventet|kones|konens|moderens) termin",
    f"{NO_PAYMENT}termin (?:er )?(?:i|den|d[.]|til|om|ca[.]) {WHEN}",
    "venter (?:(?:et|sit|deres|hendes|parrets|vores) )?(?:(?:første|andet|tredje|fjerde|lille) )?barn",
    "venter (?:tvillinger|sig)",
    "expecting (?:a|her|their) (?:baby|child|first|second|third)",
    "maternity leave",
)

PATTERNS = (
    # A CPR number begins with a day and a month; a phone number has eight digits, in pairs or together, with or without +45.
    Pattern(Sign.CPR, "(?<![0-9])(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])[0-9]{2}[ -]?[0-9]{4}(?![0-9])"),
    Pattern(Sign.PHONE, "(?<![0-9])(?:(?:[+]|00)45[ -]?)?[2-9][0-9](?:[ .-]?[0-9]{2}){3}(?![0-9])"),
    Pattern(Sign.EMAIL, f"[^\\s@,;:<>()]+@[^\\s@,;:<>()]+[.][{LETTER}]{{2,}}"),
    Pattern(Sign.FAMILY, f"{START}(?:[Ff]amili(?:en|e)|FAMILIEN?|[Ff]amily)\\s+{SURNAME}"),
    Pattern(Sign.FAMILY, f"{START}(?!{NO_FAMILIES})[{CAPITAL}][{SMALL}][{LETTER}]+-(?:familien?|family){END}"),
    Pattern(
        Sign.FAMILY,
        f"{START}[Tt]he\\s+(?!{KINDS_OF_FAMILY}){PARTICLE}[{CAPITAL}][{SMALL}][{LETTER}'’-]*\\s+family{END}",
    ),
    Pattern(Sign.STREET, f"{START}(?!{NO_ROADS}vej)[{LETTER}.]{{2,}}{ROAD} {HOUSE}", any_case=True),
    Pattern(Sign.STREET, f"{START}(?!{NO_SQUARES})[{CAPITAL}][{LETTER}.]+{SQUARE} {HOUSE}"),
    Pattern(
        Sign.STREET,
        f"{START}[{CAPITAL}][{LETTER}.]* {ROAD_BY_ITSELF} {HOUSE}",
    ),
    Pattern(Sign.STREET, f"(?<![0-9])[0-9]{{1,3}}[{LETTER}]? [{CAPITAL}][{LETTER}]+ (?:Street|Road|Lane|Avenue){END}"),
    Pattern(Sign.ILLNESS, f"{START}{_not_after(' om', ' about', 'mod', 'against')}{ILL}{END}", any_case=True),
    Pattern(Sign.PREGNANCY, f"{START}{_not_after(' om', ' about')}{EXPECTING}{END}", any_case=True),
)
_COMPILED = tuple((each.sign, re.compile(each.source, re.IGNORECASE if each.any_case else 0)) for each in PATTERNS)


def slips(text: str, kind: TextKind = TextKind.REMARK) -> tuple[Slip, ...]:
    """What in a text of that kind looks as if it told of a person: of each sign the first, in the order of the signs."""
    found = {slip.sign: slip for slip in reversed(tuple(_found(text, kind)))}
    return tuple(found[sign] for sign in Sign if sign in found)


def _found(text: str, kind: TextKind) -> Iterator[Slip]:
    for sign, pattern in _COMPILED:
        if sign in JUDGED[kind] and (match := pattern.search(text)):
            yield Slip(sign, match[0])


def for_browsers() -> list[list[str]]:
    """The patterns as a browser is handed them: the sign, the source, and the flags."""
    return [[each.sign.value, each.source, "iu" if each.any_case else "u"] for each in PATTERNS]

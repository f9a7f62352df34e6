"""What levels, capabilities and other codes are called: on paper in Danish, on screen in the chosen language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.partnership.catalogue.rules import BoundarySide
from service.partnership.catalogue.wording import point
from service.platform.documents.formats import dato, timer
from tenants.scope import Capability, Duty, Every, LegalBasis, Level
from tenants.terms import PartyKind, Post, PriceAdjustment, Vat

# On paper, always Danish: (name, what it means)
LEVELS_DA = {
    Level.TARGETED: (
        "enkelte, målrettede aktiviteter",
        (
            "Partnerskabet omfatter de aktiviteter, der er aftalt, og ikke andet. De supplerer det frivillige arbejde,"
            " der allerede findes i kommunen."
        ),
    ),
    Level.SUPPLEMENTARY: (
        "supplerende program",
        (
            "Partnerskabet omfatter et samlet program af aftalte aktiviteter, som parterne følger med tal. Kommunen kan"
            " sige til, når der mangler noget."
        ),
    ),
    Level.COORDINATED: (
        "fælles koordinering",
        (
            "Ud over de aftalte aktiviteter koordinerer parterne indsatsen i det fælles netværk, så tilbud og behov"
            " mødes, også på tværs af kommunegrænser."
        ),
    ),
    Level.INTEGRATED: (
        "dybt integreret partner",
        (
            "DRC er kommunens faste partner om hele den lokale frivillige indsats for flygtninge. Parterne planlægger"
            " året sammen og følger rekruttering, kapacitet og ventelister."
        ),
    ),
}
# They continue "Aftalen giver adgang til".
CAPABILITIES_DA = {
    Capability.FIGURES: "nøgletal for hver aktivitetstype og hvert mål",
    Capability.NEEDS: "at melde behov, for eksempel når der kommer nye familier",
    Capability.NETWORK: "det fælles netværk og de grupper i det, som er delt med kommunen",
    Capability.OFFERS_ACROSS: "antal ledige pladser i nærheden, også på den anden side af kommunegrænsen",
    Capability.CALENDAR: "den fælles kalender over kommende aktiviteter",
    Capability.ALL_GROUPS: "alle grupper, der dækker kommunen, også dem, der ikke indgår i en aftalt aktivitet",
    Capability.RECRUITMENT: "at følge, hvordan det går med at finde og holde på frivillige",
    Capability.CAPACITY: "gruppernes kapacitet og ventelister som antal",
    Capability.YEAR_PLAN: "årsplanen for indsatsen",
}
EVERY_DA = {
    Every.WEEK: "om ugen",
    Every.FORTNIGHT: "hver anden uge",
    Every.MONTH: "om måneden",
    Every.QUARTER: "i kvartalet",
    Every.YEAR: "om året",
}
DUTY_OFTEN_DA = {Every.MONTH: "hver måned", Every.QUARTER: "hvert kvartal", Every.YEAR: "hvert år"}
PARTY_KINDS_DA = {
    PartyKind.FOUNDATION: "fond",
    PartyKind.ORGANISATION: "organisation",
    PartyKind.MUNICIPALITY: "kommune",
}
VAT_DA = {
    Vat.EXEMPT: "Beløbene er fritaget for moms.",
    Vat.INCLUDED: "Beløbene er inklusive moms.",
    Vat.ADDED: "Beløbene er eksklusive moms. Momsen bliver lagt til.",
}
PRICE_ADJUSTMENT_DA = {
    PriceAdjustment.INDEX: (
        "Beløbene bliver reguleret den 1. januar hvert år med KL's pris- og lønfremskrivning, første gang året efter"
        " aftalens første dag."
    ),
    PriceAdjustment.FIXED: "Beløbene er faste i hele perioden og bliver ikke reguleret.",
}

# On screen
LEVELS = {
    Level.TARGETED: _l("Single, targeted activities"),
    Level.SUPPLEMENTARY: _l("Supplementary programme"),
    Level.COORDINATED: _l("Joint coordination"),
    Level.INTEGRATED: _l("Deeply integrated partner"),
}
CAPABILITIES = {
    Capability.FIGURES: _l("Key figures by activity type and target"),
    Capability.NEEDS: _l("Say what is needed"),
    Capability.NETWORK: _l("The shared network, seen from the municipality"),
    Capability.OFFERS_ACROSS: _l("Offers across the municipal border"),
    Capability.CALENDAR: _l("The common calendar"),
    Capability.ALL_GROUPS: _l("All groups that serve the municipality"),
    Capability.RECRUITMENT: _l("Recruitment of volunteers"),
    Capability.CAPACITY: _l("Capacity and waiting lists"),
    Capability.YEAR_PLAN: _l("The plan of the year"),
}
EVERY = {
    Every.WEEK: _l("a week"),
    Every.FORTNIGHT: _l("every other week"),
    Every.MONTH: _l("a month"),
    Every.QUARTER: _l("a quarter"),
    Every.YEAR: _l("a year"),
}
DUTY_OFTEN = {Every.MONTH: _l("Every month"), Every.QUARTER: _l("Every quarter"), Every.YEAR: _l("Every year")}
LEGAL_BASES = {
    LegalBasis.NONE: _l("No payment"),
    LegalBasis.SECTION_18: _l("Section 18 grant"),
    LegalBasis.OTHER_GRANT: _l("Other grant"),
    LegalBasis.PUBLIC_CONTRACT: _l("Public contract"),
}
PARTY_KINDS = {
    PartyKind.FOUNDATION: _l("Foundation"),
    PartyKind.ORGANISATION: _l("Organisation"),
    PartyKind.MUNICIPALITY: _l("Municipality"),
}
VAT = {
    Vat.EXEMPT: _l("Exempt from VAT"),
    Vat.INCLUDED: _l("VAT is included"),
    Vat.ADDED: _l("VAT is added"),
}
PRICE_ADJUSTMENTS = {
    PriceAdjustment.INDEX: _l("Adjusted each year by the municipalities' index of wages and prices"),
    PriceAdjustment.FIXED: _l("Fixed throughout the term"),
}

SIDES = {
    BoundarySide.VOLUNTARY: _l("Voluntary"),
    BoundarySide.BORDERLINE: _l("Borderline"),
    BoundarySide.STATUTORY: _l("Statutory task"),
}
SIDES_EXPLAINED = {
    BoundarySide.VOLUNTARY: _l("These can be agreed as they are."),
    BoundarySide.BORDERLINE: _l(
        "These lie close to a public duty. They can be agreed with a written distinction, which the agreement prints."
    ),
    BoundarySide.STATUTORY: _l(
        "These are public duties. They can never be agreed; each says what can be chosen instead."
    ),
}

# What each side usually takes on: proposals for a draft, printed where they are kept. They continue "påtager sig".
_COORDINATOR = Duty("at udpege en fast tovholder og give besked, hvis tovholderen skifter")
_REFER = Duty("at oplyse de frivillige om, hvor de kan henvise til, når nogen har brug for faglig hjælp")
_TELL_NEEDS = Duty("at melde behov i god tid, for eksempel når kommunen venter nye familier")
_ONE_WAY_IN = Duty("at samle de medarbejdere, der har med flygtninge at gøre, om én fælles kontakt til de frivillige")
_STATEMENT = Duty("at sende kommunen en opgørelse for hver måned")
_ANSWER = Duty("at svare på kommunens meldinger om behov og sige klart til, hvis et behov ikke kan dækkes")
_FIND = Duty("at finde, introducere og støtte frivillige til de aftalte aktiviteter")
_GATHER = Duty("at samle grupperne i det fælles netværk og holde kalenderen ved lige")
_TELL_PEOPLE = Duty("at fortælle flygtninge i kommunen om de aftalte aktiviteter")
_INTRODUCE = Duty("at holde en introduktionsaften for nye frivillige", every=Every.QUARTER)
_THANK = Duty("at invitere de frivillige til en fælles aften på rådhuset", every=Every.YEAR)
_COURSE = Duty("at holde et kursus for de frivillige", every=Every.YEAR)
MUNICIPALITY_DUTIES_DA = {
    Level.TARGETED: (_COORDINATOR, _TELL_PEOPLE, _REFER),
    Level.SUPPLEMENTARY: (_COORDINATOR, _TELL_PEOPLE, _REFER, _TELL_NEEDS),
    Level.COORDINATED: (_COORDINATOR, _TELL_PEOPLE, _REFER, _TELL_NEEDS, _ONE_WAY_IN, _INTRODUCE),
    Level.INTEGRATED: (
        _COORDINATOR,
        Duty("at fortælle flygtninge om den frivillige indsats fra deres første tid i kommunen"),
        _REFER,
        _TELL_NEEDS,
        _ONE_WAY_IN,
        _INTRODUCE,
        _THANK,
        Duty("at lægge årets plan sammen med DRC og deltage med en leder i styregruppen", every=Every.YEAR),
    ),
}
DRC_DUTIES_DA = {
    Level.TARGETED: (_COORDINATOR, _FIND, _STATEMENT),
    Level.SUPPLEMENTARY: (_COORDINATOR, _FIND, _STATEMENT, _ANSWER, _COURSE),
    Level.COORDINATED: (_COORDINATOR, _FIND, _STATEMENT, _ANSWER, _GATHER, _COURSE),
    Level.INTEGRATED: (
        _COORDINATOR,
        Duty("at lede og udvikle den lokale frivillige indsats sammen med grupperne"),
        Duty("at finde, introducere og støtte frivillige i hele kommunen"),
        _STATEMENT,
        _ANSWER,
        _GATHER,
        Duty("at følge rekruttering, kapacitet og ventelister og foreslå ændringer i tide", every=Every.QUARTER),
        Duty("at holde et kursus for de frivillige", every=Every.QUARTER),
    ),
}


def duty_da(duty: Duty) -> str:
    """A duty with when it is due, on paper: at holde en introduktionsaften, hvert kvartal."""
    text, often = point(duty.text), DUTY_OFTEN_DA[duty.every] if duty.every else ""
    if duty.due_on is None:
        return f"{text}, {often}" if often else text
    if often:
        return f"{text}, første gang senest den {dato(duty.due_on)} og derefter {often}"
    return f"{text}, senest den {dato(duty.due_on)}"


def post_time_da(post: Post) -> str:
    """How much each of a kind of position is, on paper: fuld tid, or 18,5 timer om ugen."""
    if post.minutes_per_week is None:
        return "fuld tid"
    hours = timer(post.minutes_per_week)
    return f"{hours} {'time' if hours == '1' else 'timer'} om ugen"


def frequency_da(times: int, every: Every) -> str:
    """How often, on paper: 1 gang om ugen."""
    return f"{times} {'gang' if times == 1 else 'gange'} {EVERY_DA[every]}"


LIBRARY = {  # the texts that have versions
    "partnership": _l("Partnership agreement"),
    "cooperation": _l("Cooperation agreement with a group"),
    "principles": _l("Principles of the voluntary work"),
}
APPLIES = {  # when a variant of a clause stands in an agreement
    "always": _l("In every agreement"),
    "children": _l("Where children under 15 are met"),
    "no_children": _l("Where no children under 15 are met"),
    "no_payment": _l("Without payment"),
    "section_18_grant": _l("With a section 18 grant"),
    "other_grant": _l("With another grant"),
    "public_contract": _l("With a public contract"),
}

"""What is counted at a session: each measure is said here once, with all that follows from it.

From here come the fields of a session on forms, in the API, in check-ins and in files; what the tables may hold; how a session is
divided among the municipalities that it served; how it adds up to a month; and what it is called on pages and papers. The columns
and the values of `models` and `rules` are written out, so that types are checked; a test holds them against this list. What may be
shown of a measure is decided by hand, in `disclosure`, which reads here what is told together.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


class Asked(StrEnum):
    """When a session is asked for it."""

    ALWAYS = "always"
    WOMEN_MEN = "women_men"  # where the activity counts women and men
    MATCHES = "matches"  # where it is one to one


class Divided(StrEnum):
    """How it is divided among several municipalities."""

    EQUALLY = "equally"
    COUNTED = "counted"  # by where the participants came from
    AS_PEOPLE = (
        "as people"  # as what it is part of, else as the participants: a month counts it where nobody else was served
    )


class Over(StrEnum):
    """How it adds up over the sessions of a month."""

    SUM = "sum"
    LAST = "last"  # as it stands when it was last counted


class Together(StrEnum):
    """With what it is shown or kept back, see `disclosure`."""

    PARTICIPANTS = "participants"  # those of the types whose attendances are shown
    PAIRS = "pairs"
    ITSELF = "itself"


@dataclass(frozen=True, slots=True)
class Monthly:
    """How it is told of a month, on pages and, in Danish, in full and as the head of a column, on papers."""

    name: LazyString
    name_da: str
    short_da: str
    together: Together
    over: Over = Over.SUM


@dataclass(frozen=True, slots=True)
class InCheckIn:
    """Where a check-in asks for it: the lower the place, the earlier."""

    place: int
    label: LazyString | None = None  # where it is another than a session's
    folded: bool = False  # away with what few fill in
    carried: bool = False  # whether another month can begin with its number


@dataclass(frozen=True, slots=True)
class InFile:
    """Its column in files, which are Danish."""

    heading: str
    also: tuple[str, ...]
    hint: str
    example: int | str = ""
    as_hours: bool = False  # kept in minutes, written in hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One of the counts of a session."""

    code: str
    label: LazyString
    most: int
    column: InFile
    hint: LazyString | str = ""
    open: bool = True  # whether it can be left uncounted; else nothing told is 0
    asked: Asked = Asked.ALWAYS
    divided: Divided = Divided.AS_PEOPLE
    part_of: tuple[
        str, ...
    ] = ()  # it counts some of these: never more, and together with others that are part of the same
    too_many: LazyString | None = None  # what is said where it is more all the same
    checkin: InCheckIn | None = None  # None is not asked there
    month: Monthly | None = None  # None is told of a month by another name, by activity type

    @property
    def checkin_label(self) -> LazyString:
        """What a check-in calls it."""
        return (self.checkin and self.checkin.label) or self.label


MEASURES = (
    Measure(
        code="volunteers",
        label=_l("Volunteers"),
        most=500,
        open=False,
        divided=Divided.EQUALLY,
        checkin=InCheckIn(60, carried=True),
        column=InFile("Frivillige", ("Antal frivillige",), "Hvor mange frivillige, der var med.", 4),
    ),
    Measure(
        code="volunteer_minutes",
        label=_l("The volunteers' minutes together"),
        hint=_l("Left empty: all volunteers for as long as it lasted."),
        most=300_000,
        open=False,
        divided=Divided.EQUALLY,
        column=InFile(
            "Frivilligtimer",
            ("Timer", "Frivillige timer", "Timer i alt"),
            "De frivilliges timer lagt sammen: 8, 7,5 eller 7:30. Tom: alle frivillige i hele varigheden.",
            "8:00",
            as_hours=True,
        ),
    ),
    Measure(
        code="adults",
        label=_l("Participants aged 15 and over"),
        most=5000,
        open=False,
        divided=Divided.COUNTED,
        checkin=InCheckIn(40, _l("Adults and young people from 15"), carried=True),
        month=Monthly(
            _l("Participants aged 15 and over"), "Deltagere på 15 år og derover", "Voksne", Together.PARTICIPANTS
        ),
        column=InFile(
            "Voksne deltagere",
            ("Voksne", "Deltagere", "Antal deltagere", "Antal voksne"),
            "Deltagere fra 15 år. Kun antal, aldrig navne.",
            9,
        ),
    ),
    Measure(
        code="children",
        label=_l("Children under 15"),
        most=5000,
        open=False,
        divided=Divided.COUNTED,
        checkin=InCheckIn(50, carried=True),
        month=Monthly(_l("Children under 15"), "Børn under 15 år", "Børn", Together.PARTICIPANTS),
        column=InFile("Børn", ("Antal børn", "Børn under 15"), "Deltagere under 15 år.", 6),
    ),
    Measure(
        code="women",
        label=_l("Women"),
        hint=_l("Of the participants aged 15 and over."),
        most=5000,
        asked=Asked.WOMEN_MEN,
        part_of=("adults",),
        too_many=_l("There are more women and men than participants aged 15 and over."),
        checkin=InCheckIn(80, folded=True),
        month=Monthly(_l("Women aged 15 and over"), "Kvinder på 15 år og derover", "Kvinder", Together.PARTICIPANTS),
        column=InFile("Heraf kvinder", ("Kvinder",), "Af de voksne, og kun hvor aktiviteten tæller kvinder og mænd."),
    ),
    Measure(
        code="men",
        label=_l("Men"),
        most=5000,
        asked=Asked.WOMEN_MEN,
        part_of=("adults",),
        checkin=InCheckIn(90, folded=True),
        month=Monthly(_l("Men aged 15 and over"), "Mænd på 15 år og derover", "Mænd", Together.PARTICIPANTS),
        column=InFile("Heraf mænd", ("Mænd",), "Som kvinder."),
    ),
    Measure(
        code="new_faces",
        label=_l("New faces"),
        hint=_l("Participants who came for the first time."),
        most=10_000,
        open=False,
        part_of=("adults", "children"),
        too_many=_l("There are more new faces than participants."),
        checkin=InCheckIn(70),
        month=Monthly(_l("New participants"), "Nye deltagere", "Nye deltagere", Together.PARTICIPANTS),
        column=InFile("Nye ansigter", ("Nye", "Nye deltagere"), "Deltagere, som kom for første gang.", 2),
    ),
    Measure(
        code="active_matches",
        label=_l("Active matches"),
        most=5000,
        asked=Asked.MATCHES,
        checkin=InCheckIn(10, carried=True),
        month=Monthly(
            _l("Active matches at the month's end"),
            "Aktive matchpar ved månedens slutning",
            "Matchpar",
            Together.PAIRS,
            Over.LAST,
        ),
        column=InFile(
            "Aktive match",
            ("Match", "Aktive forløb"),
            "Kun hvor aktiviteten er en til en: hvor mange match der er i gang.",
        ),
    ),
    Measure(
        code="new_matches",
        label=_l("New matches"),
        most=5000,
        asked=Asked.MATCHES,
        part_of=("active_matches",),
        too_many=_l("There are more new matches than active ones."),
        checkin=InCheckIn(20),
        month=Monthly(_l("New matches"), "Nye matchpar", "Nye par", Together.PAIRS),
        column=InFile("Nye match", ("Nye forløb",), "Af de aktive match."),
    ),
    Measure(
        code="ended_matches",
        label=_l("Ended matches"),
        most=5000,
        asked=Asked.MATCHES,
        checkin=InCheckIn(30),
        month=Monthly(_l("Matches that ended"), "Matchpar, der er ophørt", "Ophørte par", Together.PAIRS),
        column=InFile("Afsluttede match", ("Afsluttede forløb",), "Som aktive match."),
    ),
    Measure(
        code="waiting",
        label=_l("On the waiting list"),
        most=5000,
        checkin=InCheckIn(100, folded=True),
        month=Monthly(
            _l("On the waiting list at the month's end"),
            "På venteliste ved månedens slutning",
            "Venter",
            Together.ITSELF,
            Over.LAST,
        ),
        column=InFile("Venteliste", ("På venteliste", "Venter"), "Hvor mange der venter."),
    ),
)
BY_CODE = {measure.code: measure for measure in MEASURES}
CHECKIN = {measure.code: measure.checkin for measure in MEASURES if measure.checkin}
MONTHLY = {measure.code: measure.month for measure in MEASURES if measure.month}
# What counts some of others: by those others, all that are part of them.
FAMILIES = {
    whole: tuple(measure for measure in MEASURES if measure.part_of == whole)
    for whole in dict.fromkeys(measure.part_of for measure in MEASURES if measure.part_of)
}


def told_together(together: Together) -> tuple[str, ...]:
    """The measures that are shown or kept back with each other."""
    return tuple(code for code, month in MONTHLY.items() if month.together is together)

"""What duties answers, as far as pages show it: occurrences, forms, records, rolls, the year. What pages send it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from msgspec import Struct, field

from services.console.domain.sheets import NamedKey

Entry = bool | int | float | str | list[bool | int | float | str] | None
TIMES = {"begins": "from", "ends": "to"}


class LacksSheet(Struct, frozen=True):
    """What is not there of what an occurrence asks for."""

    records: int = 0
    minutes: int = 0
    spans: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


class OccurrenceSheet(Struct, frozen=True, kw_only=True):
    """What is owed once: one duty, one label, one post."""

    id: str
    duty: str
    name: str
    kind: str
    post: str
    label: date
    state: str
    on: date | None = None
    at: str | None = None
    opens_at: datetime | None = None
    due_at: datetime | None = None
    given: int = 0
    wanted: int | None = None
    minutes: int = 0
    lacks: LacksSheet = LacksSheet()
    moved: str = ""
    replaced_by: str | None = None
    provisional: bool = False
    missing_year: int | None = None
    form: str | None = None
    held: bool = False
    closed_by: str | None = None
    reason: str | None = None
    yours: bool = False


class OccurrenceRows(Struct, frozen=True):
    """A page of occurrences."""

    occurrences: tuple[OccurrenceSheet, ...] = ()
    next: str | None = None


class PictureSheet(Struct, frozen=True):
    """A picture of a record, without its content."""

    id: str
    name: str = ""
    erased: bool = False


class RecordSheet(Struct, frozen=True, kw_only=True, rename=TIMES):
    """One record, without what is sealed of it."""

    id: str
    form: str
    name: str
    about: str
    subject: str
    post: str
    day: date
    at: datetime
    unit: str | None = None
    person: str | None = None
    begins: str | None = None
    ends: str | None = None
    late: bool = False
    finished: bool = True
    occurrence: str | None = None
    corrects: str | None = None
    corrected_by: str | None = None
    facts: Mapping[str, Entry] = field(default_factory=dict)
    rows: tuple[Mapping[str, Entry], ...] = ()
    has_sealed: bool = False
    pictures: tuple[PictureSheet, ...] = ()


class RecordRows(Struct, frozen=True):
    """A page of records."""

    records: tuple[RecordSheet, ...] = ()
    next: str | None = None


class SealedSheet(Struct, frozen=True):
    """What few may read of a record."""

    facts: Mapping[str, Entry] = field(default_factory=dict)


class OccurrenceWhole(OccurrenceSheet, frozen=True, kw_only=True):
    """One occurrence, why it is on its day, and its records."""

    because: tuple[str, ...] = ()
    also: tuple[date, ...] = ()
    otherwise: "YearDay | None" = None
    carries: bool = False
    held_before: tuple[date, ...] = ()
    ordered: str | None = None
    records: tuple[RecordSheet, ...] = ()


class OwedDay(Struct, frozen=True):
    """What the reader owes now, the meetings that come, what was begun."""

    day: date
    owed: tuple[OccurrenceSheet, ...] = ()
    meetings: tuple[OccurrenceSheet, ...] = ()
    begun: tuple[RecordSheet, ...] = ()


class FormEntry(Struct, frozen=True):
    """One entry of a form; `needed`: 'opening', 'closing', or not."""

    key: str
    name: str
    kind: str
    values: tuple[NamedKey, ...] = ()
    low: int | None = None
    high: int | None = None
    sealed: bool = False
    long: bool = False
    many: bool = False
    from_day: bool = False
    needed: str | None = None

    def said(self, value: Entry) -> str:
        """Return a value as people read it, where it is a choice with names; other kinds as they are."""
        if isinstance(value, list):
            return "、".join(self.said(each) for each in value)
        return next((each.name for each in self.values if each.key == value), str(value))


class FormSheet(Struct, frozen=True):
    """A form as it is filled in."""

    key: str
    name: str
    about: str
    because: tuple[str, ...] = ()
    facts: tuple[FormEntry, ...] = ()
    rows: tuple[FormEntry, ...] = ()
    same_day: bool = False
    pictures: bool = False
    anonymous: bool = False
    yours: bool = False

    @property
    def drafted(self) -> FormEntry | None:
        """The entry that is drafted from the day."""
        return next((each for each in self.facts if each.from_day), None)


# What a form may be about, and the kinds of entries of the ledger that are such a thing.
KINDS_ABOUT = {"household": ("household",), "person": ("person",), "premises": ("house", "organisation")}


def forms_about(forms: Iterable[FormSheet], kind: str) -> list[FormSheet]:
    """Return the forms that the reader fills in about entries of a kind."""
    return [form for form in forms if form.yours and kind in KINDS_ABOUT.get(form.about, ())]


class FormRows(Struct, frozen=True):
    """The forms of a town."""

    forms: tuple[FormSheet, ...] = ()


class RecordToSend(
    Struct, frozen=True, kw_only=True, omit_defaults=True, rename={**TIMES, "is_finished": "finished"}
):
    """A record as duties takes it; what was left empty is not sent."""

    form: str
    facts: Mapping[str, Entry] = field(default_factory=dict)
    rows: tuple[Mapping[str, Entry], ...] = ()
    subject: str | None = None
    post: str | None = None
    day: str | None = None
    begins: str | None = None
    ends: str | None = None
    is_finished: bool = True
    occurrence: str | None = None
    corrects: str | None = None
    pictures: tuple[str, ...] = ()


class ExpectedSheet(Struct, frozen=True):
    """Somebody who was expected to a meeting."""

    unit: str
    person: str
    how: str
    owes_make_up_by: datetime | None = None


class PresenceSheet(Struct, frozen=True):
    """Somebody came."""

    person: str
    unit: str
    at: datetime
    stands_for: str | None = None
    make_up: bool = False


class LeaveSheet(Struct, frozen=True, kw_only=True):
    """Somebody asked not to come."""

    id: str
    occurrence: str
    unit: str
    person: str
    asked_of: str
    asked_at: datetime
    explanation: str
    granted: bool | None = None
    answered_at: datetime | None = None
    words: str | None = None
    yours: bool = False


class LeaveRows(Struct, frozen=True):
    """A page of requests for leave."""

    leaves: tuple[LeaveSheet, ...] = ()
    next: str | None = None


class RollSheet(Struct, frozen=True):
    """Who was expected to a meeting, who came, who asked for leave."""

    expected: tuple[ExpectedSheet, ...] = ()
    also: tuple[PresenceSheet, ...] = ()
    leaves: tuple[LeaveSheet, ...] = ()
    leave_until: datetime | None = None
    agenda: tuple[str, ...] = ()
    calls: bool = False
    signs: bool = False
    you: str | None = None

    @property
    def came(self) -> bool:
        """The reader has signed in, or was entered."""
        here = {each.person for each in self.expected if each.how in ("present", "made_up")}
        return self.you is not None and self.you in here | {each.person for each in self.also}

    @property
    def asked(self) -> bool:
        """The reader has asked for leave."""
        return any(leave.person == self.you for leave in self.leaves)


class SignInToSend(Struct, frozen=True, omit_defaults=True):
    """Who came; without a person, the reader."""

    person: str | None = None
    unit: str | None = None
    make_up: bool = False


class LeaveToSend(Struct, frozen=True):
    """Why the reader can't come."""

    explanation: str


class AnswerToSend(Struct, frozen=True, omit_defaults=True):
    """What a request for leave is answered."""

    granted: bool
    words: str | None = None


class ExcuseToSend(Struct, frozen=True):
    """Why something missed is excused."""

    reason: str


class StandingRow(Struct, frozen=True):
    """How many of a post's occurrences of a duty stand alike."""

    post: str
    duty: str
    name: str
    state: str
    number: int


class StandingSheet(Struct, frozen=True):
    """How what is owed stands."""

    posts: tuple[StandingRow, ...] = ()
    is_cut: bool = False


class YearDay(Struct, frozen=True, kw_only=True):
    """A duty on a day of the year, whoever owes it."""

    duty: str
    name: str
    kind: str
    label: date
    on: date | None = None
    at: str | None = None
    moved: str = ""
    replaced_by: str | None = None
    provisional: bool = False
    missing_year: int | None = None
    since: date | None = None


class UnwrittenSheet(Struct, frozen=True):
    """A duty whose day the town has still to write."""

    duty: str
    name: str


class YearSheet(Struct, frozen=True):
    """A year's duties on their days."""

    days: tuple[YearDay, ...] = ()
    unwritten: tuple[UnwrittenSheet, ...] = ()
    posts: tuple[str, ...] = ()


class PlanSheet(Struct, frozen=True, kw_only=True):
    """An occurrence that is to be planned, with what is planned and how it was held."""

    duty: str
    name: str
    post: str
    label: date
    on: date | None = None
    by: date | None = None
    state: str = "open"
    needs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    made_at: datetime | None = None
    person: str | None = None
    occurrence: str | None = None
    held: str | None = None
    yours: bool = False


class PlanRows(Struct, frozen=True):
    """The plans of a year."""

    plans: tuple[PlanSheet, ...] = ()
    is_cut: bool = False


class PlanToSend(Struct, frozen=True):
    """What is planned of an occurrence."""

    duty: str
    label: str
    post: str
    items: tuple[str, ...]

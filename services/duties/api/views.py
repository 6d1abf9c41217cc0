"""Occurrences, records, forms and meetings as these routes show them: the one place where they become plain values."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from msgspec import Struct

from services.duties.domain.meeting import ExpectedPerson, Leave, Presence
from services.duties.domain.occurrence import KeptOccurrence
from services.duties.domain.people import ActingPerson
from services.duties.domain.picture import RecordPicture
from services.duties.domain.record import Entry, KeptRecord
from services.duties.domain.rights import may_make
from services.duties.domain.surveys import anonymous_forms
from services.duties.handlers.attending import Roll
from shared.kernel.texts import Language
from shared.rules.duties import Compliance, Occurrence
from shared.rules.pack.model import Duty, Form, FormFact, Pack

_HOUR = 60


class LacksShown(Struct, frozen=True):
    """What is not there."""

    records: int = 0
    minutes: int = 0
    spans: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


class OccurrenceShown(Struct, frozen=True, kw_only=True):
    """One occurrence."""

    id: str
    number: str
    duty: str
    name: str
    kind: str
    post: str
    label: date
    on: date | None
    at: str | None
    opens_at: datetime | None
    due_at: datetime | None
    state: str
    given: int = 0
    wanted: int | None = None
    minutes: int = 0
    lacks: LacksShown = LacksShown()
    met_at: datetime | None
    moved: str
    was_on: date | None
    replaced_by: str | None
    provisional: bool
    missing_year: int | None
    form: str | None
    held: bool
    closed_by: str | None
    reason: str | None


def occurrence_view(
    kept: KeptOccurrence, duty: Duty | None, found: Compliance | None, language: Language
) -> OccurrenceShown:
    """Return an occurrence with what became of it.

    Args:
        duty: None: its edition is not here.
        found: None likewise; then what was said of it last is shown.
    """
    return OccurrenceShown(
        id=kept.id,
        number=kept.number,
        duty=kept.duty,
        name=duty.name.in_language(language) if duty else kept.duty,
        kind=duty.kind.value if duty else "",
        post=kept.post,
        label=kept.label,
        on=kept.on,
        at=clock_time(kept.minute),
        opens_at=kept.opens_at,
        due_at=kept.due_at,
        state=found.state.value if found else kept.state.value,
        given=found.given if found else 0,
        wanted=found.wanted if found else None,
        minutes=found.minutes if found else 0,
        lacks=_lacks(found) if found else LacksShown(),
        met_at=kept.met_at,
        moved=kept.moved.in_language(language),
        was_on=kept.was_on,
        replaced_by=kept.replaced_by,
        provisional=kept.provisional,
        missing_year=kept.missing_year,
        form=duty.owes.record if duty and duty.owes else None,
        held=duty is not None and duty.meeting is not None,
        closed_by=kept.closed_by,
        reason=kept.reason,
    )


def _lacks(found: Compliance) -> LacksShown:
    spans = tuple(f"{clock_time(begin)}-{clock_time(end)}" for begin, end in found.wanting.spans)
    return LacksShown(found.wanting.records, found.wanting.minutes, spans, found.wanting.subjects)


def clock_time(minute: int | None) -> str | None:
    """Return a minute of the day as people write it."""
    return None if minute is None else f"{minute // _HOUR:02d}:{minute % _HOUR:02d}"


class PictureShown(Struct, frozen=True):
    """A picture, without its content."""

    id: str
    name: str
    type: str
    size: int
    sha256: str
    erased: bool


def picture_view(picture: RecordPicture) -> PictureShown:
    """Return what is known of a picture."""
    is_erased = picture.erased_at is not None
    return PictureShown(picture.id, picture.name, picture.type, picture.size, picture.sha256, is_erased)


class RecordShown(Struct, frozen=True, kw_only=True, rename={"begins": "from", "ends": "to"}):
    """One record."""

    id: str
    form: str
    name: str
    about: str
    subject: str
    post: str
    unit: str | None
    person: str | None
    day: date
    at: datetime
    begins: str | None
    ends: str | None
    late: bool
    finished: bool
    occurrence: str | None
    corrects: str | None
    corrected_by: str | None
    facts: dict[str, Entry]
    rows: tuple[dict[str, Entry], ...]
    has_sealed: bool
    pictures: tuple[PictureShown, ...]


def record_view(
    record: KeptRecord,
    form: Form | None,
    corrected_by: str | None,
    language: Language,
    pictures: Iterable[RecordPicture] = (),
) -> RecordShown:
    """Return a record, without what is sealed of it.

    Args:
        pictures: those that it names.
    """
    return RecordShown(
        id=record.id,
        form=record.form,
        name=form.name.in_language(language) if form else record.form,
        about=record.about,
        subject=record.subject,
        post=record.post,
        unit=record.unit,
        person=record.person,
        day=record.day,
        at=record.at,
        begins=clock_time(record.begins),
        ends=clock_time(record.ends),
        late=record.is_late,
        finished=record.is_finished,
        occurrence=record.occurrence,
        corrects=record.corrects,
        corrected_by=corrected_by,
        facts=record.facts,
        rows=tuple(line.entries for line in record.lines),
        has_sealed=record.sealed is not None,
        pictures=tuple(map(picture_view, pictures)),
    )


class NamedValue(Struct, frozen=True):
    """A value that can be chosen, and what it is called."""

    key: str
    name: str


class EntryShown(Struct, frozen=True):
    """One entry of a form; `needed`: 'opening', 'closing', or not."""

    key: str
    name: str
    kind: str
    values: tuple[NamedValue, ...]
    low: int | None
    high: int | None
    sealed: bool
    long: bool
    many: bool
    from_day: bool
    needed: str | None


class FormShown(Struct, frozen=True):
    """A form; `anonymous`: it is a survey; `yours`: whoever asks may fill it in for a post of their own."""

    key: str
    name: str
    about: str
    because: tuple[str, ...]
    facts: tuple[EntryShown, ...]
    rows: tuple[EntryShown, ...]
    same_day: bool
    pictures: bool
    anonymous: bool
    yours: bool


def form_view(pack: Pack, form: Form, who: ActingPerson, language: Language) -> FormShown:
    """Return a form as it is filled in."""
    return FormShown(
        key=form.key,
        name=form.name.in_language(language),
        about=form.about.value,
        because=form.origin.because,
        facts=entries_view(form, language),
        rows=_entries(form.rows, form, language),
        same_day=form.same_day,
        pictures=form.pictures,
        anonymous=form.key in anonymous_forms(pack),
        yours=any(may_make(pack, form, post, who) for post in who.posts),
    )


def entries_view(form: Form, language: Language) -> tuple[EntryShown, ...]:
    """Return a form's entries, its rows aside."""
    return _entries(form.facts, form, language)


def _entries(facts: Mapping[str, FormFact], form: Form, language: Language) -> tuple[EntryShown, ...]:
    return tuple(_entry(key, fact, form, language) for key, fact in facts.items())


def _entry(key: str, fact: FormFact, form: Form, language: Language) -> EntryShown:
    needed = "opening" if key in form.on_opening else "closing" if key in form.on_closing else None
    declared = fact.type
    return EntryShown(
        key,
        fact.name.in_language(language),
        declared.kind.value,
        tuple(NamedValue(value, _value_name(fact, value, language)) for value in declared.values),
        declared.low,
        declared.high,
        fact.sealed,
        fact.long,
        fact.many,
        fact.from_day,
        needed,
    )


def _value_name(fact: FormFact, value: str, language: Language) -> str:
    named = fact.value_names.get(value)
    return named.in_language(language) if named else value


class PresenceShown(Struct, frozen=True):
    """Somebody came."""

    person: str
    unit: str
    stands_for: str | None
    at: datetime
    make_up: bool


class LeaveShown(Struct, frozen=True):
    """Somebody asked not to come; `yours`: it is for whoever reads it to answer."""

    id: str
    town: str
    occurrence: str
    unit: str
    person: str
    asked_of: str
    asked_at: datetime
    explanation: str
    granted: bool | None
    answered_by: str | None
    answered_at: datetime | None
    words: str | None
    yours: bool


def leave_view(leave: Leave, who: ActingPerson) -> LeaveShown:
    """Return a request for leave."""
    said = {name: getattr(leave, name) for name in Leave.__struct_fields__}
    return LeaveShown(**said, yours=leave.granted is None and leave.asked_of in who.posts)


class RollShown(Struct, frozen=True):
    """Who was expected, who came, who asked for leave.

    Args:
        calls: whoever reads it may enter others; you: the reader's reference; signs: the reader may sign in now.
    """

    expected: tuple[ExpectedPerson, ...]
    also: tuple[PresenceShown, ...]
    leaves: tuple[LeaveShown, ...]
    leave_until: datetime | None
    agenda: tuple[str, ...]
    calls: bool
    signs: bool
    you: str | None


def roll_view(roll: Roll, duty: Duty | None, who: ActingPerson, language: Language) -> RollShown:
    """Return the roll of a meeting with its agenda."""
    agenda = duty.meeting.agenda if duty and duty.meeting else ()
    return RollShown(
        roll.expected,
        tuple(map(presence_view, roll.also)),
        tuple(leave_view(leave, who) for leave in roll.leaves),
        roll.leave_until,
        tuple(item.in_language(language) for item in agenda),
        roll.calls,
        roll.signs,
        who.person,
    )


def presence_view(presence: Presence) -> PresenceShown:
    """Return that somebody came."""
    return PresenceShown(
        presence.person, presence.unit, presence.stands_for, presence.at, presence.is_make_up
    )


class DayShown(Struct, frozen=True, kw_only=True):
    """A duty on a day of the year."""

    duty: str
    name: str
    kind: str
    label: date
    on: date | None
    since: date | None
    at: str | None
    opens_at: datetime | None
    due_at: datetime | None
    moved: str
    replaced_by: str | None
    provisional: bool
    missing_year: int | None


def day_view(found: Occurrence, duty: Duty, language: Language) -> DayShown:
    """Return an occurrence as the year shows it, whoever owes it."""
    return DayShown(
        duty=duty.key,
        name=duty.name.in_language(language),
        kind=duty.kind.value,
        label=found.label,
        on=found.on,
        since=found.since,
        at=clock_time(found.at),
        opens_at=found.opens_at,
        due_at=found.due_at,
        moved=found.moved.in_language(language),
        replaced_by=found.replaced_by,
        provisional=found.provisional,
        missing_year=found.missing_year,
    )


class StandingCount(Struct, frozen=True):
    """How many of a post's occurrences of a duty stand alike."""

    post: str
    duty: str
    name: str
    state: str
    number: int


def counts_view(shown: Iterable[OccurrenceShown]) -> list[StandingCount]:
    """Return occurrences counted by post, duty and state."""
    counted = Counter((each.post, each.duty, each.name, each.state) for each in shown)
    return [StandingCount(*key, number) for key, number in sorted(counted.items())]

"""What a town owes again and again: records, the forms that people fill in, and duties, who owes how many of them when.

Decides nothing. Which days a duty falls on is reckoned by `shared.rules.duties`; nouns of a template stay slots.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from shared.kernel.texts import Text
from shared.rules.logic.facts import FactType
from shared.rules.pack.model.origins import Origin
from shared.rules.pack.model.rules import Escalation
from shared.rules.worktime.amount import Amount


class About(StrEnum):
    """What a record is about; the reference beside it says which one."""

    GRID = "grid"
    HOUSEHOLD = "household"
    PERSON = "person"
    PREMISES = "premises"
    UNIT = "unit"
    CASE = "case"
    OCCASION = "occasion"  # an occurrence of a duty, or something that happened once


@dataclass(frozen=True, slots=True)
class FormFact:
    """One entry of a form.

    Args:
        type: its kind and bounds; free text has `Kind.TEXT` with `long`.
        sealed: kept as a reporter's identity is: shown to `seen_by` alone, and every showing is recorded.
        long: a text of several sentences, compared with nothing.
        many: a list of such values (`list of cases`, attendees).
        value_names: names of a choice's values, where they have some.
        from_day: a draft of it is made of the day's records and cases, for a person to confirm.
    """

    type: FactType
    name: Text
    sealed: bool = False
    long: bool = False
    many: bool = False
    value_names: Mapping[str, Text] = field(default_factory=dict)
    from_day: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """An append-only form (`records` of a pack). A correction is a new record that names the old one.

    Args:
        by: units, slots or roles who may make one; empty: whoever owes it.
        on_opening, on_closing: entries without which it is refused when it is begun, and when it is finished.
        same_day: entered after its own day it is kept and marked late.
        seen_by: units, slots or roles besides whoever made it; empty: everybody who works for the town there.
        rows: entries of each row (attendees, items); empty: it has no rows.
        pictures: photographs may come with it.
    """

    key: str
    origin: Origin
    name: Text
    about: About
    by: tuple[str, ...]
    facts: Mapping[str, FormFact]
    on_opening: tuple[str, ...] = ()
    on_closing: tuple[str, ...] = ()
    same_day: bool = False
    seen_by: tuple[str, ...] = ()
    rows: Mapping[str, FormFact] = field(default_factory=dict)
    pictures: bool = False


class DutyKind(StrEnum):
    """What kind of occasion a duty is; it changes words and pages, never reckoning."""

    RECORD = "record"  # a log, a report, an upload
    MEETING = "meeting"
    VISIT = "visit"
    PATROL = "patrol"
    VERIFICATION = "verification"
    TRAINING = "training"
    CHECK = "check"


class Period(StrEnum):
    """How often a duty comes."""

    DAY = "day"
    WORKING_DAY = "working_day"  # make-up days too
    WEEK = "week"
    HALF_MONTH = "half_month"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    ONCE = "once"
    ORDERED = "ordered"  # when somebody orders it: no day of the calendar


class DayOff(StrEnum):
    """Where an occurrence goes that falls on a day off (RC-14)."""

    PREVIOUS = "previous"  # the working day before
    NEXT = "next"  # the next working day
    NEXT_IN_WEEK = "next_in_week"  # the next working day of the same week, else skipped
    SKIP = "skip"
    STAY = "stay"  # it is owed on a day off as well


@dataclass(frozen=True, slots=True)
class Recurrence:
    """When a duty comes round.

    Without days it is owed once in the whole period, whose last day is its day.

    Args:
        weekdays: of WEEK: 0 = Monday.
        days: of MONTH: days of the month; of one that a month does not have, its last.
        window: of MONTH: first and last day between which it is owed, such as 1 and 15; of DAY and WORKING_DAY: it
            comes on each day between them.
        last_weekday: of MONTH: the last such weekday of the month (RC-15); 0 = Monday.
        dates: of YEAR and ONCE: month and day, such as (1, 31); of ONCE with the year in `on`.
        on: of ONCE: its day; None: the town has still to write it, and it is never late.
        nth_week: of MONTH with `weekdays`: 1 … 4, the n-th such weekday; None: every one.
        months: of MONTH: the months in which it comes; empty: all.
    """

    period: Period
    weekdays: tuple[int, ...] = ()
    days: tuple[int, ...] = ()
    window: tuple[int, int] | None = None
    last_weekday: int | None = None
    dates: tuple[tuple[int, int], ...] = ()
    on: date | None = None
    nth_week: int | None = None
    months: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Owed:
    """What has to be there for an occurrence to be met.

    Args:
        record: key of the form.
        at_least: how many; None: the policy gives no number: listed, never judged.
        spans: parts of the day, each with at least so many (RC-21); minutes of the day, the end exclusive.
        minutes: that the records' own `from` and `to` must add up to; None: not asked.
        for_each: class of the ledger each of whose members it is owed for, such as ('household', 'elderly_alone').
        cover_all: kind of the ledger that must be covered whole by the end of the period, such as 'household'.
        share: class → part in per cent of `of` that must be covered.
        of: key of the form whose records a share is taken of.
        by: units who make it, where that is not who owes the duty (minutes by the duty officer).
    """

    record: str
    at_least: int | None = 1
    spans: tuple[tuple[int, int], ...] = ()
    minutes: int | None = None
    for_each: tuple[str, str] | None = None
    cover_all: str | None = None
    share: Mapping[str, int] = field(default_factory=dict)
    of: str | None = None
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meeting:
    """Who comes to a meeting or a training, and what belongs to it.

    Args:
        attend: units who owe their presence; invite: who are asked and owe nothing.
        agenda: its items, in order.
        leave_asked_of: unit that answers a request for leave; None: nobody is asked.
        leave_before: minute of the day until which it may be asked; None: until the meeting begins.
        make_up_within: within what time who missed it owes a make-up; None: none is owed.
        make_up_by: unit that holds the make-up.
        roll_call_by: unit that calls the roll; None: each signs in.
        plan_needs: entries of a plan; plan_by: month and day until when it is due each year.
        carries_open_cases: open cases are carried to it from the last one (the count is a fact of routing).
    """

    attend: tuple[str, ...] = ()
    invite: tuple[str, ...] = ()
    agenda: tuple[Text, ...] = ()
    leave_asked_of: str | None = None
    leave_before: int | None = None
    make_up_within: Amount | None = None
    make_up_by: str | None = None
    roll_call_by: str | None = None
    plan_needs: tuple[Text, ...] = ()
    plan_by: tuple[int, int] | None = None
    carries_open_cases: bool = False


class OrderSubject(StrEnum):
    """What an order can be about."""

    CASE = "case"
    DUTY = "duty"  # an occurrence, such as one that was missed


@dataclass(frozen=True, slots=True)
class Ordering:
    """By whom a duty is ordered that comes round by no calendar: a supervision order (督办单), a campaign (专项).

    Args:
        by: units, slots or roles who order, change and end it, accept a reply or send it back.
        within: within what time it is done; None: whoever orders it names the day.
        about: what each order is about; None: nothing in particular.
    """

    by: tuple[str, ...]
    within: Amount | None = None
    about: OrderSubject | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """Who owes how many of which records, when, and what follows where they are missing.

    Args:
        who: units (slots) who owe it; one of a level that has places owes it in each of them.
        owes: None: being held is all that is asked (nothing is recorded but attendance).
        at: minute of the day at which it is held; None: any time of its day.
        day_off: where it goes on a day off; None: as RC-14 says, by its kind.
        before_day: the policy says 'before' its day (日前): RC-16 says whether that day is meant too.
        instead_of: duties that are not owed on a day on which this one is held (A-17).
        missing: who hears of what is missing, at its end or some time after.
        warn_before: how long before its end who owes it is reminded; None: not.
        in_principle: listed with what was done, never missing.
        to: units to whom what was done is sent.
        ordering: of ORDERED: who orders it; None: it comes round by the calendar.
        readings: nearest wins: the duty's own over the pack's (RC-4, RC-14, RC-15, RC-16, RC-21, RC-22).
    """

    key: str
    origin: Origin
    name: Text
    kind: DutyKind
    who: tuple[str, ...]
    every: Recurrence
    owes: Owed | None
    day_off: DayOff | None = None
    at: int | None = None
    before_day: bool = False
    instead_of: tuple[str, ...] = ()
    meeting: Meeting | None = None
    missing: tuple[Escalation, ...] = ()
    warn_before: Amount | None = None
    in_principle: bool = False
    to: tuple[str, ...] = ()
    ordering: Ordering | None = None
    readings: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_judged(self) -> bool:
        """Tell whether something of it can be missing at all: a number is given, a day is known, it is no principle."""
        has_number = self.owes is None or self.owes.at_least is not None or self.owes.minutes is not None
        return has_number and not self.in_principle

"""Signing in, calling the roll, asking for leave and answering, making up for what was missed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from services.duties.domain.meeting import (
    ExpectedPerson,
    Leave,
    Presence,
    begins_at,
    expected_units,
    invited_units,
    leave_until,
    make_up_until,
    roll,
)
from services.duties.domain.occurrence import KeptOccurrence
from services.duties.domain.people import ActingPerson, addresses
from services.duties.domain.refusals import refusal
from services.duties.handlers.judging import OccurrenceJudge
from services.duties.handlers.town_rules import DatedRules
from services.duties.store.people import SqlHolders
from shared.db.work import Work
from shared.kernel.instants import local_label
from shared.kernel.problems import Problem
from shared.rules.pack.model import Duty


class EnteredPresence(Struct, frozen=True, kw_only=True):
    """Who came.

    Args:
        person: a reference; None: whoever signs in.
        unit: for which; None: the signer's.
        stands_for: the person in whose place.
        is_make_up: it makes up for the meeting, later.
    """

    person: str | None = None
    unit: str | None = None
    stands_for: str | None = None
    is_make_up: bool = False


class LeaveAnswer(Struct, frozen=True):
    """What a request for leave is answered."""

    granted: bool
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Roll:
    """Who was expected and who came.

    Args:
        also: who came without being expected.
        leave_until: until when leave may be asked; None: none is.
        calls: whoever reads it enters others; signs: and may sign in now.
    """

    expected: tuple[ExpectedPerson, ...]
    also: tuple[Presence, ...]
    leaves: Sequence[Leave]
    leave_until: datetime | None
    calls: bool = False
    signs: bool = False


@dataclass(frozen=True, slots=True)
class AttendanceKeeper:
    """Keeps who came."""

    judge: OccurrenceJudge
    people: SqlHolders = field(default_factory=SqlHolders)

    def roll(
        self,
        conn: sa.Connection,
        rules: DatedRules,
        occurrence: KeptOccurrence,
        who: ActingPerson | None = None,
    ) -> Roll:
        """Return who was expected to an occasion and who came.

        Args:
            who: reads it; None: nobody does.
        """
        duty = _meeting(rules, occurrence)
        came = self.judge.attendance.of(conn, occurrence.id)
        leaves = self.judge.attendance.leaves_of(conn, occurrence.id)
        units = expected_units(rules.pack, duty, occurrence.post)
        holders = {unit: self.people.holders_of(conn, unit) for unit in units}
        until = make_up_until(rules.pack, duty, occurrence, rules.calendar)
        expected = tuple(roll(units, holders, came, leaves, _is_over(occurrence, rules), until))
        named = {each.person for each in expected}
        also = tuple(each for each in came if each.person not in named)
        calls = who is not None and self._calls_roll(rules, duty, occurrence, who)
        signs = who is not None and _may_sign(rules, duty, occurrence, who, calls=calls)
        return Roll(expected, also, leaves, leave_until(duty, occurrence, rules.calendar), calls, signs)

    def sign_in(
        self,
        work: Work,
        rules: DatedRules,
        occurrence: KeptOccurrence,
        signed: EnteredPresence,
        who: ActingPerson,
    ) -> Presence:
        """Keep that somebody came: entered by the person, or by whoever calls the roll.

        Raises:
            Problem: it is not theirs to enter, not the day, or nothing is to be made up for.
        """
        duty = _meeting(rules, occurrence)
        person, unit = signed.person or who.person, signed.unit or who.unit
        if person is None or unit is None:
            raise refusal("post-missing")
        calls = self._calls_roll(rules, duty, occurrence, who)
        _check_signer(rules, duty, occurrence, unit, is_self=person == who.person, calls=calls)
        if signed.is_make_up:
            self._check_make_up(work, rules, occurrence, person)
        known = self.judge.attendance.get(work, occurrence.id, person)
        if known is not None:
            return known
        presence = Presence(
            occurrence=occurrence.id,
            person=person,
            town=occurrence.town,
            unit=unit,
            stands_for=signed.stands_for or self._stands_for(work, occurrence.town, unit, person),
            at=work.at,
            entered_by=None if person == who.person else who.person,
            is_make_up=signed.is_make_up,
        )
        self.judge.attendance.put(work, presence)
        self.judge.judge(work, occurrence)
        return presence

    def ask_leave(
        self, work: Work, rules: DatedRules, occurrence: KeptOccurrence, explanation: str, who: ActingPerson
    ) -> Leave:
        """Keep that somebody asks not to come.

        Raises:
            Problem: nobody is asked for leave, it is too late, or it was asked already.
        """
        duty = _meeting(rules, occurrence)
        until = leave_until(duty, occurrence, rules.calendar)
        asked_of = _asked_of(rules, duty, occurrence)
        if until is None or asked_of is None or who.person is None or who.unit is None:
            raise refusal("no-leave")
        if work.at >= until:
            raise refusal("leave-too-late", until=local_label(until, rules.pack.zone))
        leaves = self.judge.attendance.leaves_of(work.conn, occurrence.id)
        if any(leave.person == who.person for leave in leaves):
            raise refusal("leave-asked")
        leave = Leave(
            id=work.new_id(),
            town=occurrence.town,
            occurrence=occurrence.id,
            unit=who.unit,
            person=who.person,
            asked_of=asked_of,
            asked_at=work.at,
            explanation=explanation,
        )
        self.judge.attendance.ask(work, leave)
        return leave

    def answer(self, work: Work, leave: Leave, who: ActingPerson, given: LeaveAnswer) -> Leave:
        """Keep the answer of the unit that is asked.

        Raises:
            Problem: another unit is asked, or it was answered already.
        """
        if leave.asked_of not in who.posts:
            raise refusal("not-asked-of-you", unit=leave.asked_of)
        if leave.granted is not None:
            raise refusal("answered")
        answered = replace(
            leave, granted=given.granted, answered_by=who.person, answered_at=work.at, words=given.words
        )
        self.judge.attendance.ask(work, answered)
        return answered

    def _calls_roll(
        self, rules: DatedRules, duty: Duty, occurrence: KeptOccurrence, who: ActingPerson
    ) -> bool:
        """Whoever convenes, calls the roll, writes the minutes or holds the make-up enters for others."""
        meeting, owes = duty.meeting, duty.owes
        named = (meeting.roll_call_by, meeting.make_up_by) if meeting else ()
        names = (*(name for name in named if name), *(owes.by if owes else ()))
        return occurrence.post in who.posts or who.is_named(rules.pack, names, occurrence.post)

    def _check_make_up(self, work: Work, rules: DatedRules, occurrence: KeptOccurrence, person: str) -> None:
        owed = (each for each in self.roll(work.conn, rules, occurrence).expected if each.owes_make_up_by)
        if all(each.person != person for each in owed):
            raise refusal("nothing-to-make-up")

    def _stands_for(self, work: Work, town: str, unit: str, person: str) -> str | None:
        """Whose place somebody takes who holds none in the unit."""
        holders = self.people.holders_of(work.conn, unit)
        if person in holders:
            return None
        absent = self.people.stood_in_for(work.conn, town, person, work.at)
        return next((away for away in absent if away in holders), None)


def _meeting(rules: DatedRules, occurrence: KeptOccurrence) -> Duty:
    duty = rules.pack.duties.get(occurrence.duty)
    if duty is None or duty.meeting is None:
        raise refusal("no-meeting")
    return duty


def _check_signer(
    rules: DatedRules, duty: Duty, occurrence: KeptOccurrence, unit: str, *, is_self: bool, calls: bool
) -> None:
    units = (
        *expected_units(rules.pack, duty, occurrence.post),
        *invited_units(rules.pack, duty, occurrence.post),
        occurrence.post,
    )
    if unit not in units:
        raise refusal("not-invited", unit=unit)
    if calls:
        return
    by = duty.meeting.roll_call_by if duty.meeting else None
    if by is not None or not is_self:
        raise refusal("roll-called", unit=by or occurrence.post)
    if rules.today != occurrence.on:
        raise refusal("sign-in-over")


def _may_sign(
    rules: DatedRules, duty: Duty, occurrence: KeptOccurrence, who: ActingPerson, *, calls: bool
) -> bool:
    if who.unit is None or who.person is None:
        return False
    try:
        _check_signer(rules, duty, occurrence, who.unit, is_self=True, calls=calls)
    except Problem:
        return False
    return True


def _asked_of(rules: DatedRules, duty: Duty, occurrence: KeptOccurrence) -> str | None:
    asked = duty.meeting.leave_asked_of if duty.meeting else None
    return next(iter(addresses(rules.pack, (asked,), occurrence.post)), None) if asked else None


def _is_over(occurrence: KeptOccurrence, rules: DatedRules) -> bool:
    """A meeting without an hour of its own is over with its day."""
    begin = begins_at(occurrence, rules.calendar) if occurrence.minute is not None else None
    if begin is not None:
        return rules.at > begin
    return occurrence.on is not None and rules.today > occurrence.on

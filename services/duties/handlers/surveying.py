"""Surveys: given out by an address, answered once a device or account, ended; of answers others hear a day later.

Decides that what comes twice counts once, and that whatever could tell who has answered is gone when a survey ends.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from services.duties.domain.filling import Given
from services.duties.domain.occurrence import KeptOccurrence
from services.duties.domain.people import ActingPerson
from services.duties.domain.refusals import refusal
from services.duties.domain.rights import may_make
from services.duties.domain.surveys import (
    AnswerChannel,
    Survey,
    anonymous_forms,
    check_days,
    check_open,
    day_after,
    hash_of,
    mark_of,
    new_code,
)
from services.duties.handlers.keeping import RecordGiven, RecordKeeper, form_of, subject_of
from services.duties.handlers.saying import say_kept
from services.duties.handlers.town_rules import DatedRules, TownRules
from services.duties.store.surveys import SqlSurveys, SqlUntold
from shared.contracts.sealed import Sealer
from shared.db.store import Store
from shared.db.work import Work
from shared.rules.pack.model import Form

_MONTH = timedelta(days=30)


class SurveyGiven(Struct, frozen=True, kw_only=True):
    """What is to be given out.

    Args:
        subject: what it is about; None: the place or post for which it is held.
        first: None: today. last: None: the occurrence's last day, else a month later.
    """

    form: str
    most: int
    post: str | None = None
    subject: str | None = None
    occurrence: str | None = None
    first: date | None = None
    last: date | None = None
    accounts_only: bool = False


@dataclass(frozen=True, slots=True)
class AnswerMade:
    """What somebody answers.

    Args:
        mark: tells this answerer or call from every other: the same leaves the same mark.
    """

    facts: Given
    channel: AnswerChannel
    mark: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SurveyKeeper:
    """Keeps surveys.

    Args:
        sealer: closes their codes.
    """

    keeper: RecordKeeper
    sealer: Sealer
    surveys: SqlSurveys = field(default_factory=SqlSurveys)

    def give_out(self, work: Work, rules: DatedRules, given: SurveyGiven, who: ActingPerson) -> Survey:
        """Make an address under which a survey is answered; return the survey.

        Raises:
            Problem: it is no survey, not theirs to hold, or has days on which it can't be held.
        """
        form = survey_form(rules, given.form)
        held = self._occurrence(work, rules, given)
        post = given.post or (held.post if held else None) or who.unit
        if post is None:
            raise refusal("post-missing")
        if not may_make(rules.pack, form, post, who):
            raise refusal("not-yours", form=form.name, post=post)
        span = (held.since, held.on) if held and held.since and held.on else None
        first = given.first or max(rules.today, span[0] if span else rules.today)
        last = given.last or (span[1] if span else first + _MONTH)
        check_days(first, last, rules.today, span)
        code = new_code()
        survey = Survey(
            id=work.new_id(),
            town=rules.pack.town,
            form=form.key,
            about=form.about.value,
            subject=subject_of(form, given.subject, given.occurrence, post),
            post=post,
            occurrence=given.occurrence,
            first=first,
            last=last,
            ends_at=day_after(rules.pack, last),
            most=given.most,
            accounts_only=given.accounts_only,
            code_hash=hash_of(code),
            sealed=self.sealer.seal(code),
            made_by=who.person,
        )
        self.surveys.put(work, survey)
        return survey

    def _occurrence(self, work: Work, rules: DatedRules, given: SurveyGiven) -> KeptOccurrence | None:
        known = self.keeper.named(work, rules, given.occurrence)
        duty = rules.pack.duties.get(known.duty) if known else None
        if known is not None and (duty is None or duty.owes is None or duty.owes.record != given.form):
            raise refusal("survey-of-another", {"field": "occurrence"}, number=known.number)
        return known

    def code_of(self, survey: Survey) -> str | None:
        """Return a survey's code; None: it has ended."""
        return None if survey.sealed is None else self.sealer.open(survey.sealed)

    def coded(self, conn: sa.Connection, town: str, code: str) -> Survey | None:
        """Return the survey that a code opens."""
        return self.surveys.coded(conn, town, hash_of(code))

    def answer(self, work: Work, rules: DatedRules, survey: Survey, code: str, made: AnswerMade) -> bool:
        """Keep an answer; tell whether it is a new one: who has answered already is thanked, and counted once.

        Raises:
            Problem: it can't be answered now or in this way, or lacks something.
        """
        held, mark = self.surveys.held(work, survey.id), mark_of(code, made.channel.value, *made.mark)
        if held.sealed is not None and self.surveys.is_marked(work, held.id, mark):
            return False
        check_open(held, rules.today)
        if held.accounts_only and made.channel is AnswerChannel.LINK:
            raise refusal("survey-of-accounts")
        form = survey_form(rules, held.form)
        given = RecordGiven(
            form=form.key, facts=made.facts, subject=held.subject, post=held.post, occurrence=held.occurrence
        )
        self.keeper.answer(work, rules, form, given, made.channel)
        self.surveys.mark(work, held, mark)
        self.surveys.put(work, replace(held, answered=held.answered + 1))
        return True

    def end(self, work: Work, survey: Survey) -> Survey:
        """End a survey now; its code opens nothing any more, and what could tell who answered is dropped."""
        ended = replace(self.surveys.held(work, survey.id), sealed=None)
        self.surveys.forget_marks(work, ended.id)
        self.surveys.put(work, ended)
        return ended


@dataclass(frozen=True, slots=True)
class SurveyCloser:
    """Ends surveys whose last day is over."""

    store: Store
    keeper: SurveyKeeper

    def run(self, limit: int) -> int:
        """End up to so many; return how many."""
        with self.store.begin() as work:
            over = self.keeper.surveys.over(work, limit)
            for survey in over:
                self.keeper.end(work, survey)
        return len(over)

    def next_at(self, conn: sa.Connection) -> datetime | None:
        """Return when the next one ends."""
        return self.keeper.surveys.next_over(conn)


@dataclass(frozen=True, slots=True)
class AnswerTeller:
    """Tells others of anonymous answers when their day is over, in an order that says nothing."""

    store: Store
    rules: TownRules
    untold: SqlUntold = field(default_factory=SqlUntold)

    def run(self, limit: int) -> int:
        """Tell of up to so many; return how many."""
        with self.store.begin() as work:
            due = self.untold.due(work, limit)
            for record in due:
                rules = self.rules.of_edition(work.conn, record.town, record.edition, work.at)
                assert rules is not None, "an edition under which something was recorded stays"
                say_kept(work, rules.pack, record)
        return len(due)

    def next_at(self, conn: sa.Connection) -> datetime | None:
        """Return when others are to hear of the next one."""
        return self.untold.next_due(conn)


def survey_form(rules: DatedRules, key: str) -> Form:
    """Return a form whose answers are anonymous.

    Raises:
        Problem: `unknown-form`, `no-survey`.
    """
    form = form_of(rules, key)
    if key not in (surveys := anonymous_forms(rules.pack)):
        raise refusal("no-survey", {"form": key}, form=form.name, known=", ".join(sorted(surveys)) or "–")
    return form

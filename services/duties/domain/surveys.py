"""Surveys: forms that an anonymous figure counts (decision 61), the address under which one is answered, its answers.

Decides what is left of an answer: what was said, of whom, on which day, over which channel. Not by whom, nor when on
that day. Knows no store.
"""

import hashlib
import hmac
import secrets
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from services.duties.domain.record import KeptRecord
from services.duties.domain.refusals import refusal
from shared.kernel.instants import Instant
from shared.rules.pack.model import Pack, TallyKind

MOST_ANSWERS = 10_000
LONGEST_DAYS = 400
_CODE_BYTES = 16  # of chance: nobody guesses one
_DAY = timedelta(days=1)


class AnswerChannel(StrEnum):
    """How an answer came."""

    LINK = "link"  # by the address, without an account
    ACCOUNT = "account"  # of a deputy or residents' representative
    PHONE = "phone"  # told to somebody who writes it down at once
    PAPER = "paper"  # filled in by hand, and entered later


class SurveyState(StrEnum):
    """Whether a survey can be answered."""

    AHEAD = "ahead"
    OPEN = "open"
    FULL = "full"
    OVER = "over"


class Survey(Struct, frozen=True, kw_only=True):
    """A survey that is given out.

    Args:
        form: key of its form; about, subject, post, occurrence: as its answers will have them.
        first, last: days on which it is answered, both included; ends_at: the instant after the last.
        most: answers that it takes; answered: those that it has.
        accounts_only: it is answered by those with an account alone.
        code_hash: its code is found by it; sealed: the code itself, closed; None: it has ended.
        made_by: a reference.
    """

    id: str
    town: str
    form: str
    about: str
    subject: str
    post: str
    occurrence: str | None = None
    first: date
    last: date
    ends_at: Instant
    most: int
    accounts_only: bool = False
    answered: int = 0
    code_hash: str
    sealed: str | None
    made_by: str | None = None

    def state(self, today: date) -> SurveyState:
        """Return whether it can be answered on a day."""
        if self.sealed is None or today > self.last:
            return SurveyState.OVER
        if today < self.first:
            return SurveyState.AHEAD
        return SurveyState.FULL if self.answered >= self.most else SurveyState.OPEN


def anonymous_forms(pack: Pack) -> frozenset[str]:
    """Return the forms whose answers are anonymous: those that an anonymous figure counts."""
    figures = (each.of for each in pack.figures.values() if each.anonymous)
    return frozenset(name for of in figures if of.kind is TallyKind.RECORD for name in of.names)


def new_code() -> str:
    """Return an address's secret part: 22 characters that stand in an address as they are."""
    return secrets.token_urlsafe(_CODE_BYTES)


def hash_of(code: str) -> str:
    """Return by what a code is found without being kept."""
    return hashlib.sha256(code.encode()).hexdigest()


def mark_of(code: str, *who: str) -> str:
    """Return the mark that an answer leaves: it says nothing to whoever does not have the code, and goes with it."""
    return hmac.new(code.encode(), "\n".join(who).encode(), hashlib.sha256).hexdigest()


def midnight_of(pack: Pack, day: date) -> datetime:
    """Return the instant at which a day begins in a town."""
    return datetime.combine(day, time.min, ZoneInfo(pack.zone)).astimezone(ZoneInfo("UTC"))


def day_after(pack: Pack, day: date) -> datetime:
    """Return the instant at which a day is over in a town."""
    return midnight_of(pack, day + _DAY)


def nameless(record: KeptRecord, channel: AnswerChannel, id_: str, day_begins: datetime) -> KeptRecord:
    """Return a record as an anonymous answer: nobody's, and of a day.

    Args:
        id_: one that tells no more of its making than the day. day_begins: that on which it came.
    """
    return replace(
        record,
        id=id_,
        at=day_begins,
        unit=None,
        person=None,
        begins=None,
        ends=None,
        corrects=None,
        channel=channel.value,
    )


def check_days(first: date, last: date, today: date, span: tuple[date, date] | None) -> None:
    """Refuse days on which a survey can't be answered.

    Args:
        span: of the occurrence for which it is held; None: of none.

    Raises:
        Problem: `survey-days`.
    """
    low, high = span or (first, first + timedelta(days=LONGEST_DAYS))
    if not (low <= first <= last <= high and last >= today):
        raise refusal("survey-days", {"field": "to"}, first=max(low, today), last=high)


def check_open(survey: Survey, today: date) -> None:
    """Refuse an answer to what can't be answered now.

    Raises:
        Problem: `survey-over`, `survey-ahead` or `survey-full`.
    """
    state = survey.state(today)
    if state is not SurveyState.OPEN:
        raise refusal(f"survey-{state.value}", first=survey.first, last=survey.last)

"""What persons say: points that they give, objections and verdicts, what became of a proposal, what was published.

Decides in which order a proposal is heard, decided and done. Nothing of it is ever changed: each is a row of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from services.assess.domain.refusals import refusal
from shared.rules.assess import Proposed


class Deed(StrEnum):
    """What a named person does with a proposal."""

    HEARD = "heard"  # the person concerned was heard
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"  # done elsewhere: the software did nothing


@dataclass(frozen=True, slots=True)
class KeptObjection:
    """An objection with the verdict on it, None while there is none."""

    id: str
    town: str
    figure: str
    span: str
    subject: str
    ref: str
    words: str
    by_unit: str | None
    by_person: str
    at: datetime
    upheld: bool | None = None
    verdict: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None


class SentLine(Struct, frozen=True):
    """A line of a document as it was sent, with what it rested on then."""

    of: str
    subject: str
    value: str | None
    rank: int | None
    rests_on: tuple[str, ...]
    before: str | None = None
    year_ago: str | None = None


PROPOSED = "proposed"
_DECISIONS = (Deed.ACCEPTED, Deed.DECLINED)


@dataclass(frozen=True, slots=True)
class Said:
    """Who said something, when, and in which words."""

    by_person: str
    by_unit: str | None
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ProposalDeed:
    """One step of a proposal's course."""

    does: Deed
    yuan: int | None
    said: Said


def state_of(course: Sequence[ProposalDeed]) -> str:
    """Return where a proposal stands: what was done last."""
    return str(course[-1].does) if course else PROPOSED


def check_deed(proposed: Proposed, course: Sequence[ProposalDeed], does: Deed, yuan: int | None) -> None:
    """Refuse what is out of order, or lacks what belongs to it.

    Raises:
        Problem: not heard yet, decided already, not accepted, or no amount that fits.
    """
    done = [deed.does for deed in course]
    if does is Deed.DONE:
        if state_of(course) != Deed.ACCEPTED:
            raise refusal("not-accepted")
        return
    if any(decision in done for decision in _DECISIONS):
        raise refusal("decided-already", state=state_of(course))
    if does in _DECISIONS and proposed.is_heard and Deed.HEARD not in done:
        raise refusal("not-heard-yet")
    if does is Deed.ACCEPTED:
        _check_amount(proposed, yuan)


def _check_amount(proposed: Proposed, yuan: int | None) -> None:
    if not proposed.is_open:
        return
    if yuan is None:
        raise refusal("amount-missing", "yuan")
    least, most = proposed.least, proposed.most
    if least is not None and most is not None and not least <= yuan <= most:
        raise refusal("amount-out-of-range", "yuan", least=least, most=most)

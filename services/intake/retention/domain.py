"""What is due to be erased, and what is kept on record of each erasure.

Decides nothing about periods: the town's edition in force states them (decision 26).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct

from services.intake.domain.case import Case, DraftNote
from shared.rules.pack.model import DataClass, Retained

ERASED = (
    "—"  # stands for the text of a case: a text there must be, also in a file that another house takes in
)


@dataclass(frozen=True, slots=True)
class TownPeriods:
    """How long a town keeps which data, by the edition in force."""

    town: str
    edition: str
    retention: Mapping[DataClass, Retained]


@dataclass(frozen=True, slots=True)
class DuePeriod:
    """One class of data of a town, and up to which end of a case its period is over.

    Args:
        ended_by: cases that ended at or before this instant are due.
    """

    town: str
    edition: str
    data: DataClass
    retained: Retained
    ended_by: datetime


class Erasure(Struct, frozen=True, kw_only=True):
    """What was erased of one case, by whose period.

    Args:
        pieces: texts, files, identities or notifications that went.
    """

    id: str
    town: str
    case_id: str
    number: str
    data: DataClass
    pieces: int
    because: tuple[str, ...]
    keep_days: int
    edition: str
    ended_at: datetime
    erased_at: datetime


def due_periods(periods: TownPeriods, now: datetime) -> list[DuePeriod]:
    """Return what of a town is due at an instant, class by class."""
    return [
        DuePeriod(periods.town, periods.edition, data, retained, now - retained.keep)
        for data, retained in periods.retention.items()
    ]


def without_texts(case: Case) -> int:
    """Take every text from a case as it stands; return how many there were."""
    words = [case.title, case.text if case.text != ERASED else "", *case.texts.values()]
    if case.draft is not None and case.draft.reason:
        words.append(case.draft.reason)
        case.draft = _without_reason(case.draft)
    case.title, case.text, case.texts = None, ERASED, {}
    return sum(bool(word) for word in words)


def _without_reason(draft: DraftNote) -> DraftNote:
    return DraftNote(draft.because, draft.outcome, draft.at, draft.by)

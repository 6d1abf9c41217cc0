"""What a request to report was answered, in the form in which it is kept for the client's key.

Decides nothing. Its instants are texts: a repeated request gets the very words that the first one got.
"""

from msgspec import Struct

from services.intake.domain.case import Case, ProposedCategory
from services.intake.domain.locating import PointDoubt
from shared.kernel.instants import format_instant


class DuplicateCandidate(Struct, frozen=True):
    """A case that looks like another, as it is suggested: by number and state, nothing of what was reported."""

    case: str
    number: str
    state: str
    reported_at: str


class Receipt(Struct, frozen=True):
    """What a client needs to know of its case.

    Args:
        counted: the report repeated a machine's alarm and was counted on the case; repeats: the how-manieth.
        duplicates: cases that look like it, newest first.
        point_doubt: why its point is hardly where the matter is.
        code: by which the case is followed without an account; never kept. None: the report made no case of its own.
    """

    case: str
    number: str
    town: str
    state: str
    edition: str
    reported_at: str
    also: tuple[str, ...]
    category: str
    proposal: ProposedCategory | None
    counted: bool
    repeats: int
    duplicates: tuple[DuplicateCandidate, ...] = ()
    point_doubt: PointDoubt | None = None
    code: str | None = None


class KeptProblem(Struct, frozen=True):
    """A refusal in both languages, Chinese first: whoever asks again may read another one.

    Args:
        errors: field → what is wrong with it, in English; None: no invalid input.
        has_more: whether there were more than these.
    """

    code: str
    cause: tuple[str, str]
    remedy: tuple[str, str]
    where: dict[str, str | int]
    errors: dict[str, str] | None = None
    has_more: bool = False


class KeptResult(Struct, frozen=True, omit_defaults=True):
    """What became of one report of a request: a receipt or a problem; of a file, its id."""

    case: Receipt | None = None
    problem: KeptProblem | None = None
    file: str | None = None


class KeptAnswer(Struct, frozen=True):
    """What a whole request was answered, per report in their order."""

    results: tuple[KeptResult, ...]


def candidate_of(case: Case) -> DuplicateCandidate:
    """Return a case as it is suggested."""
    return DuplicateCandidate(case.id, case.number, case.state, format_instant(case.reported_at))


def receipt_of(
    case: Case,
    duplicates: tuple[DuplicateCandidate, ...] = (),
    *,
    repeated: int = 0,
    doubt: PointDoubt | None = None,
) -> Receipt:
    """Return what a client needs to know of its case.

    Args:
        repeated: the how-manieth repetition of an alarm the report was; 0: it made the case.
    """
    return Receipt(
        case=case.id,
        number=case.number,
        town=case.town,
        state=case.state,
        edition=case.edition,
        reported_at=format_instant(case.reported_at),
        also=case.also,
        category=case.category,
        proposal=case.proposal,
        counted=repeated > 0,
        repeats=repeated,
        duplicates=duplicates,
        point_doubt=doubt,
    )

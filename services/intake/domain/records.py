"""What is kept beside a case: decisions, publications, files, identities.

Decides nothing.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from shared.contracts.envelope import Envelope
from shared.contracts.messages import (
    CaseRouted,
    CaseUnroutable,
    Reason,
)
from shared.kernel.texts import Text
from shared.rules.case.snapshot import Assignment
from shared.rules.pack.model import Acceptance


class DecisionKind(StrEnum):
    """Where a decision comes from."""

    ROUTED = "routed"
    UNROUTABLE = "unroutable"  # the fallback owner has the case
    IMPORTED = "imported"  # made by an older system; it has no rule behind it here


class KeptDecision(Struct, frozen=True, kw_only=True):
    """A decision about a case.

    Args:
        n: 1, 2, 3 …: decisions are numbered as they come.
        in_effect: False: overtaken by a later question.
        answers: what the evaluators said where they differed.
        answers_sequence: sequence of the case's message that it answers.
    """

    case_id: str
    n: int
    kind: DecisionKind
    in_effect: bool = True
    assignment: Assignment | None = None
    acceptance: Acceptance | None = None
    flagged: bool = False
    fallback: bool = False
    reason: Reason | None = None
    answers: dict[str, tuple[str, ...] | str] | None = None
    cause: str | None = None
    evaluator: str | None = None
    pass_to: str | None = None
    returned: bool = False
    edition: str | None = None
    answers_sequence: int = 0
    decided_at: datetime
    as_of: datetime


def decision_of(
    message: Envelope, said: CaseRouted | CaseUnroutable, n: int, *, in_effect: bool
) -> KeptDecision:
    """Return what routing has decided, as the n-th decision about its case."""
    is_routed = isinstance(said, CaseRouted)
    kept = KeptDecision(
        case_id=said.case,
        n=n,
        kind=DecisionKind.ROUTED if is_routed else DecisionKind.UNROUTABLE,
        in_effect=in_effect,
        assignment=said.assignment,
        fallback=True,
        edition=message.edition,
        answers_sequence=said.answers_sequence,
        decided_at=message.at,
        as_of=message.at,
    )
    if isinstance(said, CaseUnroutable):
        return replace(kept, cause=said.cause, answers=said.answers or None)
    return replace(
        kept,
        acceptance=said.acceptance,
        flagged=said.flagged,
        fallback=said.fallback,
        reason=said.reason,
        evaluator=said.evaluator,
        pass_to=said.pass_to,
        returned=said.returned,
    )


class PublicRecord(Struct, frozen=True, kw_only=True):
    """What stands in the public list: nothing of it names a person (P002B.12, A-20).

    Args:
        id: empty until it is kept.
        category: its name; None for a private case, which is counted only.
        published_on: local day, as ISO date.
        level: for whom; None: for everybody.
        published_at: the same for all levels of one step; None: before this was kept.
        round: the case's at that time: reopening it withdraws the record (RC-13); None: before this was kept.
    """

    id: str = ""
    town: str
    number: str
    category: Text | None
    state: str
    published_on: str
    level: str | None
    published_at: datetime | None
    round: int | None


class AttachedFile(Struct, frozen=True, kw_only=True):
    """A file of a case, without its content, which lies under the id.

    Args:
        name: as it is shown; type: its media type; size: in bytes.
        erased_at: since when its content and its name are gone; None: they are here.
    """

    id: str
    case_id: str
    town: str
    name: str
    type: str
    size: int
    sha256: str
    attached_at: datetime
    erased_at: datetime | None = None


class SealedIdentity(Struct, frozen=True, kw_only=True):
    """An identity under its reference; `sealed` None: it was erased."""

    town: str
    ref: str
    sealed: bytes | None
    made_at: datetime
    erased_at: datetime | None

"""What a clock, a notice, a history or a rule of visibility is about: a case, and later other things with deadlines."""

from enum import StrEnum

from msgspec import Struct


class SubjectKind(StrEnum):
    """The kinds of things that have clocks, notices and a history."""

    CASE = "case"
    DUTY = "duty"  # an occurrence of a recurring duty
    RECORD = "record"
    PROPOSAL = "proposal"


class Subject(Struct, frozen=True):
    """One such thing.

    Args:
        kind: what it is.
        id: unique within its kind; the stream of its messages.
    """

    kind: SubjectKind
    id: str

    @property
    def key(self) -> str:
        """One text for both. A case's is its bare id: hash chains that were begun before other kinds existed hold."""
        return self.id if self.kind is SubjectKind.CASE else f"{self.kind.value}/{self.id}"


def case_subject(case: str) -> Subject:
    """Return the subject that a case is.

    Args:
        case: the case's id.
    """
    return Subject(SubjectKind.CASE, case)

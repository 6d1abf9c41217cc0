"""What a report may say, and what its reporter is told."""

from datetime import datetime

from msgspec import Struct

from services.console.domain.sheets.names import NamedKey


class AskedFact(Struct, frozen=True):
    """A typed question."""

    fact: str
    ask: str
    type: str
    values: tuple[NamedKey, ...] = ()


class OfferedCategory(Struct, frozen=True):
    """What can be reported, and what is asked of whoever does."""

    key: str
    name: str
    private: bool = False
    asks: tuple[AskedFact, ...] = ()


class OfferedChannel(Struct, frozen=True):
    """A way by which a report comes in."""

    key: str
    name: str
    machine: bool = False


class ReportChoices(Struct, frozen=True):
    """What can be reported in a town."""

    town: str
    zone: str
    categories: tuple[OfferedCategory, ...]
    channels: tuple[OfferedChannel, ...]
    places: tuple[NamedKey, ...]
    proposed_category: str | None = None


class ProposedSheet(Struct, frozen=True):
    """A category that words speak for."""

    category: str
    name: str
    matched: tuple[str, ...] = ()


class ProposalSheet(Struct, frozen=True):
    """What words propose, the likeliest first."""

    proposal: ProposedSheet | None = None
    others: tuple[ProposedSheet, ...] = ()


class ReceiptSheet(Struct, frozen=True):
    """What became of a report."""

    case: str
    number: str
    state: str
    category: str
    point_doubt: str | None = None
    code: str | None = None


class FollowToSend(Struct, frozen=True):
    """A case's number and code, as somebody typed them."""

    number: str
    code: str


class FollowedSheet(Struct, frozen=True):
    """A pass for one case."""

    case: str
    token: str
    ends_at: datetime


class SatisfactionToSend(Struct, frozen=True, omit_defaults=True):
    """A reporter's word on the result."""

    satisfied: bool
    note: str = ""


class SatisfiedSheet(Struct, frozen=True):
    """What followed from it: a step, or why none was taken."""

    satisfied: bool
    step: str | None = None
    not_done: str | None = None

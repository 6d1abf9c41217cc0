"""What the entries of a case's history say.

What they say of work orders, of clocks and of notifications stands beside these, in `work_orders` and `copies`.

Entries are hashed and shown: the names of fields, which of them are left out (those at their default) and the form of
instants (RFC 3339 texts with microseconds) are those of every entry ever written, and must not change. No entry names
a person but by reference, and none holds a free text.
"""

from collections.abc import Mapping

from msgspec import Struct

from services.intake.domain.case import Case, ProposedCategory
from services.intake.domain.corrections import WasNow
from services.intake.domain.records import KeptDecision
from services.intake.domain.satisfaction import ReporterWord
from services.intake.domain.work_orders import OrderEntry
from shared.contracts.messages import Reason
from shared.kernel.instants import format_instant
from shared.rules.case.snapshot import Assignment, CaseState, Place
from shared.rules.logic.facts import Value
from shared.rules.pack.model import Acceptance, DataClass


class BegunEntry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a case begins.

    Args:
        drafted_under: the edition of its draft, where other rules hold now.
        facts_unknown_there: facts of the draft that the present edition does not know.
    """

    number: str
    edition: str
    category: str
    channel: str
    place: Place
    facts: Mapping[str, Value]
    reporter: str | None
    private: bool
    linked_from: str | None
    reported_at: str
    also: tuple[str, ...] = ()
    proposal: ProposedCategory | None = None
    source: str | None = None
    drafted_under: str | None = None
    facts_unknown_there: Mapping[str, Value] = {}


def begun(
    case: Case, *, drafted_under: str | None = None, unknown: Mapping[str, Value] | None = None
) -> BegunEntry:
    """Return what the history says of a case at its beginning."""
    return BegunEntry(
        number=case.number,
        edition=case.edition,
        category=case.category,
        channel=case.channel,
        place=case.place,
        facts=case.facts,
        reporter=case.reporter,
        private=case.private,
        linked_from=case.linked_from,
        reported_at=format_instant(case.reported_at),
        also=case.also,
        proposal=case.proposal,
        source=case.source,
        drafted_under=drafted_under,
        facts_unknown_there=unknown or {},
    )


class AlarmRepeatedEntry(Struct, frozen=True):
    """A machine's alarm was counted."""

    source: str | None
    repeats: int
    reported_at: str


class ChangeEntry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A step, or a decision that took effect.

    Args:
        due_at: written by a person; at: when it happened, where that was before it came here.
    """

    step: str
    reached: tuple[str, ...]
    undone: tuple[str, ...]
    facts: Mapping[str, Value]
    state: CaseState
    round: int
    orders: tuple[OrderEntry, ...]
    due_at: str | None = None
    at: str | None = None


class ByClockEntry(Struct, frozen=True, kw_only=True):
    """By which limit time took a step, or was to take one: the rule with its clauses, its clock, and on what."""

    rule: str
    because: tuple[str, ...]
    clock: str
    on: str


class StepEntry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came with a step, beside facts."""

    category: str | None = None
    place: Place | None = None
    corrected: Mapping[str, WasNow] = {}
    satisfaction: ReporterWord | None = None


class DecisionEntry(Struct, frozen=True):
    """What routing answered."""

    decision: int
    kind: str
    in_effect: bool
    assignment: Assignment | None
    acceptance: Acceptance | None
    reason: Reason | None
    cause: str | None
    evaluator: str | None
    pass_to: str | None
    returned: bool


def decision_entry(kept: KeptDecision) -> DecisionEntry:
    """Return what the history says of a decision."""
    return DecisionEntry(
        kept.n,
        kept.kind,
        kept.in_effect,
        kept.assignment,
        kept.acceptance,
        kept.reason,
        kept.cause,
        kept.evaluator,
        kept.pass_to,
        kept.returned,
    )


class ImportedDecisionEntry(Struct, frozen=True):
    """What an older system had decided."""

    decision: int
    assignment: Assignment


class FileEnd(Struct, frozen=True):
    """How one file's history points to another's: by the hash at which that one stood."""

    case: str
    number: str
    entries: int
    head: str


def file_end(case: Case) -> FileEnd:
    """Return where a case's history stands."""
    return FileEnd(case.id, case.number, case.history_n, case.history_head)


class MergedEntry(Struct, frozen=True):
    """The case goes on as another one."""

    into: FileEnd


class TookInEntry(Struct, frozen=True):
    """Another case goes on as this one."""

    case: FileEnd
    reporters: int
    repeats: int


class LinkFailedEntry(Struct, frozen=True):
    """No case could be opened in another jurisdiction."""

    jurisdiction: str
    cause: str


class LinkMovedEntry(Struct, frozen=True):
    """How far a linked case has come."""

    case: str
    number: str
    state: CaseState


class StepRefusedEntry(Struct, frozen=True):
    """A step was not taken."""

    step: str
    code: str
    where: Mapping[str, str | int]


class StepNotDoneEntry(Struct, frozen=True):
    """Something that a step was to do and did not; whoever takes a step hears it, of one that time takes it is kept."""

    step: str
    code: str
    where: Mapping[str, str | int]


class EditionChanged(Struct, frozen=True):
    """Under which edition the case was, and under which it is now."""

    was: str
    now: str


class BoundAnewEntry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The case is bound to another edition or lies elsewhere now.

    Args:
        redecision: the re-decision that asks.
        facts_unknown_there: facts that the new edition does not know.
    """

    redecision: str | None = None
    edition: EditionChanged | None = None
    facts_unknown_there: Mapping[str, Value] = {}
    corrected: Mapping[str, WasNow] = {}


class PlaceAskedEntry(Struct, frozen=True):
    """Several grids took over from the case's, and a person has to say which it belongs to."""

    place: str
    choices: tuple[str, ...]


class ForeignEntry(Struct, frozen=True):
    """Stands in every entry that a file of another system states: nobody here saw it happen."""

    imported_from: str


class ImportEntry(Struct, frozen=True):
    """Which older system it comes from, and its number there."""

    source: str
    number: str


class DraftEndEntry(Struct, frozen=True):
    """When a draft ended, where that was before it came here."""

    at: str


class FileEntry(Struct, frozen=True):
    """A file was attached."""

    id: str
    type: str
    size: int
    sha256: str


class ReporterEntry(Struct, frozen=True, omit_defaults=True):
    """Whose identity was read or erased, by reference.

    Args:
        token: reference of the token by which; client: network address from which. None: before this was kept.
    """

    reporter: str
    token: str | None = None
    client: str | None = None


class ErasedEntry(Struct, frozen=True):
    """A class of the case's data was erased, by the period of an edition.

    Args:
        data: class; of `texts` every text of the entries before this one went.
        pieces: texts, files, identities or notifications that went.
    """

    data: DataClass
    pieces: int
    because: tuple[str, ...]
    keep_days: int
    edition: str

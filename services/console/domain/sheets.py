"""What the services answer, as far as pages show it: the fields that are read, and no more.

A field that an answer leaves out has the value that says 'nothing'; what pages do not show is passed over.
"""

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct, field

FactGiven = bool | int | float | str | None


class PersonSheet(Struct, frozen=True):
    """Somebody who signs in."""

    reference: str
    name: str = ""


class OpenedSheet(Struct, frozen=True):
    """A session that was opened; `session` is the secret that stands for it."""

    session: str
    reference: str


class RoleSheet(Struct, frozen=True):
    """A role that a person holds, where, and for which unit."""

    id: str
    role: str
    towns: tuple[str, ...] = ()
    unit: str | None = None
    town_names: Mapping[str, Mapping[str, str] | str] = field(default_factory=dict)


class SessionSheet(Struct, frozen=True):
    """The session that asks: whose it is and what that person may do."""

    reference: str
    person: PersonSheet
    opened_at: datetime
    ends_at: datetime
    seen_at: datetime | None = None
    must_change_password: bool = False
    roles: tuple[RoleSheet, ...] = ()


class ListedSession(Struct, frozen=True):
    """One of a person's open sessions: `client` is its network address, `agent` what the browser calls itself."""

    reference: str
    opened_at: datetime
    ends_at: datetime
    seen_at: datetime | None = None
    client: str = ""
    agent: str = ""
    this: bool = False


class SessionPage(Struct, frozen=True):
    """All of a person's open sessions."""

    items: tuple[ListedSession, ...] = ()


class TokenSheet(Struct, frozen=True):
    """A token, and until when it is good."""

    token: str
    ends_at: datetime


class NamedKey(Struct, frozen=True):
    """A key with what people call it."""

    key: str
    name: str
    part_of: str | None = None
    values: tuple["NamedKey", ...] = ()


class NameBook(Struct, frozen=True):
    """What a town calls what its answers name by key."""

    town: str = ""
    name: str = ""
    zone: str = "Asia/Shanghai"
    categories: tuple[NamedKey, ...] = ()
    units: tuple[NamedKey, ...] = ()
    places: tuple[NamedKey, ...] = ()
    channels: tuple[NamedKey, ...] = ()
    levels: tuple[NamedKey, ...] = ()
    rules: tuple[NamedKey, ...] = ()
    policies: tuple[NamedKey, ...] = ()
    steps: tuple[NamedKey, ...] = ()
    milestones: tuple[NamedKey, ...] = ()
    facts: tuple[NamedKey, ...] = ()


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


class PlaceSheet(Struct, frozen=True):
    """Where a case is."""

    key: str | None = None
    jurisdiction: str = ""
    lat: float | None = None
    lon: float | None = None


class CaseRow(Struct, frozen=True):
    """A case in a list."""

    id: str
    number: str
    category: str
    place: PlaceSheet
    state: str
    reported_at: datetime
    title: str | None = None
    level: str | None = None
    lead: str | None = None
    due_at: datetime | None = None
    breached: bool = False
    flagged: bool = False
    private: bool = False


class CaseRows(Struct, frozen=True):
    """A page of cases."""

    cases: tuple[CaseRow, ...]
    next: str | None = None


class DeadlineRow(Struct, frozen=True):
    """A clock in a list, what is due first before the rest."""

    clock: str
    case: str
    number: str
    stage: str
    stage_name: str
    state: str
    state_name: str
    started_at: datetime
    rule: str = ""
    because: tuple[str, ...] = ()
    verdict: str | None = None
    verdict_name: str | None = None
    level: str | None = None
    unit: str | None = None
    due_at: datetime | None = None
    label: str | None = None
    provisional: bool = False
    missing_year: int | None = None
    stopped_at: datetime | None = None
    category: str = ""
    place: str | None = None


class DeadlineRows(Struct, frozen=True):
    """A page of clocks."""

    deadlines: tuple[DeadlineRow, ...]
    next: str | None = None


class DayName(Struct, frozen=True):
    """What a holiday is called."""

    zh: str = ""
    en: str = ""


class DaySpan(Struct, frozen=True, rename={"first": "from", "last": "to"}):
    """Days that follow one another and are alike for a deadline: counted, or not and why."""

    first: date
    last: date
    role: str
    kind: str = ""
    name: DayName = DayName()


class PauseSpan(Struct, frozen=True):
    """When a clock stood still; without an end it still does."""

    begin_at: datetime
    end_at: datetime | None = None
    effect: str = ""


class LimitAmount(Struct, frozen=True):
    """How much time a limit grants."""

    number: int | float
    unit: str


class CountedDays(Struct, frozen=True):
    """A deadline's certificate, as far as the picture of it goes."""

    started_at: datetime
    zone: str = "Asia/Shanghai"
    amount: LimitAmount | None = None
    days: tuple[DaySpan, ...] = ()
    pauses: tuple[PauseSpan, ...] = ()
    due_at: datetime | None = None
    label: str | None = None


class ClockForm(Struct, frozen=True):
    """One form that a clock had."""

    version: int
    at: datetime
    state: str
    event_name: str | None = None
    due_at: datetime | None = None
    label: str | None = None
    certificate: CountedDays | None = None
    described: tuple[str, ...] = ()


class ClockStory(DeadlineRow, frozen=True, kw_only=True):
    """A clock with every form that it had."""

    versions: tuple[ClockForm, ...] = ()


class ClockStories(Struct, frozen=True):
    """All clocks of a case."""

    clocks: tuple[ClockStory, ...] = ()


class WhyNotSaid(Struct, frozen=True):
    """Why something may not be done, and what to do about it."""

    code: str
    cause: str
    remedy: str = ""


class StepWait(Struct, frozen=True):
    """From when a step may be taken."""

    start: str = ""
    amount: str = ""
    label: str | None = None


class StepOffer(Struct, frozen=True):
    """A step, and whether the reader may take it."""

    step: str
    name: str
    allowed: bool
    needs: tuple[AskedFact, ...] = ()
    may_have: tuple[AskedFact, ...] = ()
    why_not: WhyNotSaid | None = None
    not_before: StepWait | None = None


class WhySheet(Struct, frozen=True):
    """By which rule, by which clauses, on which facts."""

    rule: str = ""
    because: tuple[str, ...] = ()
    facts: Mapping[str, FactGiven | list[str]] = field(default_factory=dict)


class DecisionSheet(Struct, frozen=True):
    """One decision about a case."""

    n: int
    decided_at: datetime
    in_effect: bool = True
    reason: WhySheet | None = None
    cause: str | None = None
    fallback: bool = False


class HolderSheet(Struct, frozen=True):
    """Who has a case."""

    lead: str | None = None
    assisting: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()


class ReportSheet(Struct, frozen=True):
    """What was reported."""

    category: str
    channel: str
    place: PlaceSheet
    reported_at: datetime
    text: str | None = None
    title: str | None = None
    reporter: str | None = None
    anonymous: bool = False
    on_behalf: bool = False
    private: bool = False
    also: tuple[str, ...] = ()


class OrderSheet(Struct, frozen=True):
    """A unit's share of a case."""

    id: str
    unit: str
    part: str
    state: str
    issued_at: datetime
    held_for_seconds: int = 0
    assignee: str | None = None

    @property
    def moves(self) -> tuple[str, ...]:
        """What its unit can do with a share in which it assists; the lead's follows the case."""
        if self.part != "assist":
            return ()
        return {"issued": ("accept", "done", "decline"), "accepted": ("done", "decline")}.get(self.state, ())


class ClockCopySheet(Struct, frozen=True):
    """A limit, as the case's own page repeats it."""

    stage: str
    state: str
    due_at: datetime | None = None
    label: str | None = None
    verdict: str | None = None
    provisional: bool = False
    missing_year: int | None = None
    reason: WhySheet | None = None


class NoticeSheet(Struct, frozen=True):
    """Somebody who was told."""

    on: str
    party: str
    unit: str | None = None
    channel: str = ""
    state: str = ""
    reason: WhySheet | None = None
    told_at: datetime | None = None


class FileSheet(Struct, frozen=True):
    """An attached file."""

    id: str
    name: str
    type: str
    size: int
    attached_at: datetime
    erased_at: datetime | None = None

    @property
    def is_picture(self) -> bool:
        """Tell whether a browser shows it within a page."""
        return self.erased_at is None and self.type in ("image/jpeg", "image/png", "image/webp")


class ActorSheet(Struct, frozen=True):
    """Who did something."""

    role: str
    unit: str | None = None
    person: str | None = None


class EntryData(Struct, frozen=True):
    """What an entry of a case's history says beside its texts."""

    step: str | None = None
    reached: tuple[str, ...] = ()
    stage: str | None = None
    label: str | None = None
    unit: str | None = None
    on: str | None = None
    facts: Mapping[str, FactGiven] = field(default_factory=dict)


class EntrySheet(Struct, frozen=True):
    """One entry of a case's history."""

    n: int
    at: datetime
    what: str
    by: ActorSheet
    data: EntryData
    texts: Mapping[str, str | Mapping[str, str]] = field(default_factory=dict)


class DuplicateSheet(Struct, frozen=True):
    """Another case that looks like this one."""

    case: str
    number: str


class SatisfactionSheet(Struct, frozen=True):
    """What a reporter said of the result."""

    satisfied: bool | None = None
    at: datetime | None = None
    note: str | None = None


class CaseSheet(Struct, frozen=True):
    """Everything about a case that its page shows."""

    case: str
    number: str
    town: str
    state: str
    report: ReportSheet
    changed_at: datetime
    round: int = 1
    breached: bool = False
    flagged: bool = False
    fallback: bool = False
    awaits_decision: bool = False
    due_at: datetime | None = None
    milestones: Mapping[str, datetime] = field(default_factory=dict)
    facts: Mapping[str, FactGiven] = field(default_factory=dict)
    assignment: HolderSheet | None = None
    decisions: tuple[DecisionSheet, ...] = ()
    work_orders: tuple[OrderSheet, ...] = ()
    deadlines: tuple[ClockCopySheet, ...] = ()
    notifications: tuple[NoticeSheet, ...] = ()
    attachments: tuple[FileSheet, ...] = ()
    duplicates: tuple[DuplicateSheet, ...] = ()
    satisfaction: tuple[SatisfactionSheet, ...] = ()
    steps: tuple[StepOffer, ...] = ()
    history: tuple[EntrySheet, ...] = ()
    hidden: bool = False


class NotDoneSheet(Struct, frozen=True):
    """One thing that a step was to do and did not."""

    cause: str


class TakenSheet(Struct, frozen=True):
    """A case after a step."""

    number: str
    state: str
    not_done: tuple[NotDoneSheet, ...] = ()


class MessageSheet(Struct, frozen=True):
    """One thing that somebody was told, and by which rule."""

    notification: str
    town: str
    on: str
    text: str
    at: datetime
    rule: str = ""
    because: tuple[str, ...] = ()
    case: str | None = None
    number: str | None = None
    unit: str | None = None
    via: str | None = None
    read_at: datetime | None = None


class MessagePage(Struct, frozen=True):
    """A page of messages."""

    items: tuple[MessageSheet, ...] = ()
    next: str | None = None


class PublicationSheet(Struct, frozen=True):
    """A published case, without anything about a person."""

    number: str
    category: Mapping[str, str] | str
    state: str
    published_on: str
    level: str | None = None
    result: tuple["PublicResultSheet", ...] = ()


class PublicResultSheet(Struct, frozen=True):
    """What was done, as the public may know it."""

    fact: str
    name: Mapping[str, str] | str = ""
    value: Mapping[str, str] | str = ""


class PublicationPage(Struct, frozen=True):
    """A page of what a town has published."""

    publications: tuple[PublicationSheet, ...] = ()
    private_count: int = 0
    next: str | None = None


class ProblemSheet(Struct, frozen=True):
    """A refusal, in the reader's language (RFC 9457)."""

    code: str = ""
    cause: str = ""
    remedy: str = ""
    errors: tuple["FieldFault", ...] = ()


class FieldFault(Struct, frozen=True):
    """A field that breaks its rule."""

    field: str = ""
    cause: str = ""


class TownSheet(Struct, frozen=True):
    """A town that can be reported to."""

    town: str
    name: str


class TownList(Struct, frozen=True):
    """All of them."""

    towns: tuple[TownSheet, ...] = ()


class ReporterToSend(Struct, frozen=True, omit_defaults=True):
    """Who reports; sealed as soon as it is there."""

    name: str = ""
    phone: str = ""


class ReportToSend(Struct, frozen=True, omit_defaults=True):
    """A report as intake takes it; what was left empty is not sent."""

    category: str
    text: str = ""
    channel: str = ""
    place: str = ""
    lat: float | None = None
    lon: float | None = None
    answers: Mapping[str, FactGiven] = field(default_factory=dict)
    reporter: ReporterToSend = ReporterToSend()
    on_behalf: bool = False
    anonymous: bool = False
    private: bool = False


class StepToSend(Struct, frozen=True, omit_defaults=True):
    """A step as intake takes it."""

    step: str
    due_at: FactGiven = None
    facts: Mapping[str, FactGiven] = field(default_factory=dict)
    note: str = ""


class OrderMoveToSend(Struct, frozen=True, omit_defaults=True):
    """What a unit does with its share, as intake takes it."""

    move: str
    note: str = ""

"""What each type of message says, as marshmallow schemas.

Instants are RFC 3339 texts in UTC; keys of units, levels, steps and rules are those of the case's edition,
already resolved to the town's nouns; a unit is 'jurisdiction/unit'. No field carries a person's identity:
people are meant by reference (`person`), and a reporter by `reporter`.
"""

from marshmallow import RAISE, Schema, ValidationError, fields, validate


def _is_plain(value: object) -> None:
    if not isinstance(value, bool | int | float | str):
        raise ValidationError("a fact is a yes or no, a number or a text")


FactValue = fields.Raw(allow_none=False, validate=_is_plain)
Keys = fields.List(fields.String())
SeenBy = fields.String(allow_none=True)  # '|name|name|': who alone sees the case while rules hide it


class Contract(Schema):
    """A message's data; unknown fields are refused so that a typing error can't pass silently."""

    class Meta:
        """Unknown fields are errors."""

        unknown = RAISE


class Place(Contract):
    """Where a case is: a place of the pack, its jurisdiction, a point."""

    key = fields.String(allow_none=True)
    jurisdiction = fields.String(required=True)
    lat = fields.Float(allow_none=True, validate=validate.Range(-90, 90))
    lon = fields.Float(allow_none=True, validate=validate.Range(-180, 180))


class Actor(Contract):
    """Who took a step: the role and unit of the token, and a reference to the person."""

    role = fields.String(required=True)
    unit = fields.String(allow_none=True)
    person = fields.String(allow_none=True)


class Assignment(Contract):
    """Who is responsible, as last decided."""

    decision = fields.Integer(required=True)
    levels = fields.List(fields.String(), required=True)
    lead = fields.String(allow_none=True, required=True)
    assisting = fields.List(fields.String(), required=True)
    previous_lead = fields.String(allow_none=True)
    procedure = fields.String(required=True)
    departments = Keys


class CaseAdmitted(Contract):
    """A report passed the door: it is a case now, bound to its edition."""

    case = fields.String(required=True)
    number = fields.String(required=True)
    category = fields.String(required=True)
    channel = fields.String(required=True)
    place = fields.Nested(Place, required=True)
    facts = fields.Dict(fields.String(), FactValue, required=True)
    reported_at = fields.String(required=True)
    first_contact = fields.String(allow_none=True)
    finder_role = fields.String(allow_none=True)
    finder_unit = fields.String(allow_none=True)
    reporter = fields.String(allow_none=True)
    private = fields.Boolean(load_default=False)
    linked_from = fields.String(allow_none=True)
    seen_by = SeenBy
    also = fields.List(
        fields.String(), load_default=list
    )  # further categories concerned, the main one left out (RC-17)
    silent = fields.Boolean(load_default=False)  # happened before the case came here: nobody is told of it
    by = fields.Nested(Actor, required=True)


class CaseRejected(Contract):
    """A report was refused at the door or returned; `reason` is the pack's or the platform's code."""

    case = fields.String(required=True)
    number = fields.String(allow_none=True)
    reason = fields.String(required=True)
    note = fields.String(allow_none=True)


class CaseStep(Contract):
    """A step was taken (or a decision took effect): all that other services need of the case as it now stands.

    `marks` are the milestones reached by this step, its own key among them; `undone` those that fell with it.
    `effects` are the step's effects as [kind, value] pairs; `ask_decision` wants a new decision from routing.
    While `awaits_decision`, the assignment is of what the case was before: facts and levels do not belong together.
    """

    case = fields.String(required=True)
    number = fields.String(required=True)
    step = fields.String(required=True)
    marks = fields.List(fields.String(), required=True)
    undone = fields.List(fields.String(), load_default=list)
    effects = fields.List(fields.List(fields.String(allow_none=True)), load_default=list)
    ask_decision = fields.Boolean(load_default=False)
    awaits_decision = fields.Boolean(load_default=False)
    at = fields.String(required=True)
    by = fields.Nested(Actor, required=True)
    category = fields.String(required=True)
    channel = fields.String(required=True)
    place = fields.Nested(Place, required=True)
    facts = fields.Dict(fields.String(), FactValue, required=True)
    round = fields.Integer(required=True)
    state = fields.String(required=True)
    assignment = fields.Nested(Assignment, allow_none=True)
    reason = fields.Boolean(load_default=False)  # a reason was given (its words stay in the case file)
    due_at = fields.String(allow_none=True)  # a due instant written by a person
    reporter = fields.String(allow_none=True)
    first_contact = fields.String(allow_none=True)
    finder_role = fields.String(allow_none=True)
    finder_unit = fields.String(allow_none=True)
    private = fields.Boolean(load_default=False)
    seen_by = SeenBy
    also = fields.List(
        fields.String(), load_default=list
    )  # further categories concerned, the main one left out (RC-17)
    reporters = fields.List(
        fields.String(), load_default=list
    )  # reporters of cases that were merged into this one
    silent = fields.Boolean(load_default=False)  # happened before the case came here: nobody is told of it


class WorkOrder(Contract):
    """A unit's share of a case: lead or assisting."""

    case = fields.String(required=True)
    number = fields.String(required=True)
    work_order = fields.String(required=True)
    unit = fields.String(required=True)
    part = fields.String(required=True, validate=validate.OneOf(["lead", "assist"]))
    state = fields.String(
        required=True, validate=validate.OneOf(["issued", "accepted", "declined", "done", "withdrawn"])
    )
    held_for_seconds = fields.Integer(allow_none=True)
    at = fields.String(required=True)


class Reason(Contract):
    """The rule behind a result, with the facts that it looked at."""

    rule = fields.String(required=True)
    because = fields.List(fields.String(), required=True)
    facts = fields.Dict(fields.String(), fields.Raw(allow_none=True), load_default=dict)


class CaseRouted(Contract):
    """Who is responsible and why. `acceptance`: 'automatic', or 'lead' when the lead must accept in person."""

    case = fields.String(required=True)
    assignment = fields.Nested(Assignment, required=True)
    acceptance = fields.String(required=True, validate=validate.OneOf(["automatic", "lead"]))
    flagged = fields.Boolean(load_default=False)
    fallback = fields.Boolean(load_default=False)
    reason = fields.Nested(Reason, required=True)
    evaluator = fields.String(required=True)
    pass_to = fields.String(allow_none=True)
    answers_sequence = fields.Integer(required=True)  # sequence of the intake message that it answers
    returned = fields.Boolean(
        load_default=False
    )  # no matter of this house: given back with the rule's reason


class CaseUnroutable(Contract):
    """No rule held (or the evaluators differed): the fallback owner has it and an alarm was raised."""

    case = fields.String(required=True)
    cause = fields.String(
        required=True, validate=validate.OneOf(["no-rule", "disagreement", "no-lead", "error"])
    )
    assignment = fields.Nested(Assignment, allow_none=True)
    answers = fields.Dict(fields.String(), fields.Raw(allow_none=True), load_default=dict)
    answers_sequence = fields.Integer(required=True)


class ClockEvent(Contract):
    """A clock of a case started, was warned, breached, stopped, extended, paused, resumed, corrected or withheld."""

    case = fields.String(required=True)
    number = fields.String(required=True)
    clock = fields.String(required=True)  # id
    stage = fields.String(required=True)  # settle, submit …
    state = fields.String(required=True)  # running, extended, breached, stopped, paused, withheld
    verdict = fields.String(allow_none=True)  # in_time, late, extended, noted, excused; None while open
    reason = fields.Nested(Reason, required=True)
    level = fields.String(allow_none=True)
    unit = fields.String(allow_none=True)
    round = fields.Integer(required=True)
    started_at = fields.String(required=True)
    due_at = fields.String(allow_none=True)
    label = fields.String(allow_none=True)
    provisional = fields.Boolean(load_default=False)
    at = fields.String(required=True)  # instant at which this became true (the due instant for a breach)
    escalation = fields.Integer(allow_none=True)
    to = fields.List(fields.String(), load_default=list)  # units an escalation reaches
    mark = fields.String(allow_none=True)
    was = fields.Dict(fields.String(), fields.Raw(allow_none=True), load_default=dict)  # for corrected
    certificate = fields.Dict(fields.String(), fields.Raw(allow_none=True), load_default=dict)
    missing_year = fields.Integer(allow_none=True)
    silent = fields.Boolean(load_default=False)  # fell due before the case came here: nobody is told of it


class NotificationEvent(Contract):
    """Somebody was told, or not, or nobody knows. `key` is the same at every repetition."""

    case = fields.String(required=True)
    notification = fields.String(required=True)
    key = fields.String(required=True)
    reason = fields.Nested(Reason, required=True)
    on = fields.String(required=True)
    party = fields.String(required=True)  # as the rule names it: lead, reporter, public …
    unit = fields.String(allow_none=True)
    person = fields.String(allow_none=True)
    via = fields.String(allow_none=True)  # the unit in whose place this one was told (a vacancy)
    channel = fields.String(required=True)
    at = fields.String(required=True)
    cause = fields.String(allow_none=True)


class Alarm(Contract):
    """Something that the operator or an engineer must see; never the only trace of it."""

    code = fields.String(required=True)
    case = fields.String(allow_none=True)
    detail = fields.Dict(fields.String(), fields.Raw(allow_none=True), load_default=dict)
    at = fields.String(required=True)


class EditionPublished(Contract):
    """An edition of a town's pack takes effect; its files travel with it (path → text)."""

    edition = fields.String(required=True)
    number = fields.Integer(required=True)
    files = fields.Dict(fields.String(), fields.String(), required=True)
    effective_at = fields.String(required=True)


class CalendarPublished(Contract):
    """A town's days: holidays and make-up days over the official calendar, and the years they complete."""

    revision = fields.Integer(required=True)
    holidays = fields.Dict(fields.String(), fields.String(), required=True)
    make_up = fields.Dict(fields.String(), fields.String(), required=True)
    years = fields.List(fields.Integer(), required=True)


class MembershipChanged(Contract):
    """A person holds a place in a unit, or no longer. `addresses` are sealed: channel → ciphertext."""

    person = fields.String(required=True)
    unit = fields.String(required=True)
    role = fields.String(required=True)
    held = fields.Boolean(required=True)
    addresses = fields.Dict(fields.String(), fields.String(), load_default=dict)


class AbsenceChanged(Contract):
    """Somebody is away for a time, or no longer; until then the substitute gets what that person would get."""

    absence = fields.String(required=True)
    person = fields.String(required=True)
    substitute = fields.String(
        allow_none=True, required=True
    )  # None: the unit's other people, or its stand-in
    from_at = fields.String(required=True)
    until_at = fields.String(required=True)  # exclusive
    stands = fields.Boolean(required=True)  # False: taken back


class TokenChanged(Contract):
    """A bearer token was issued or revoked; only its hash is known to anybody."""

    token_hash = fields.String(required=True)
    role = fields.String(required=True)
    unit = fields.String(allow_none=True)
    person = fields.String(allow_none=True)
    towns = fields.List(fields.String(), required=True)  # ['*'] for an engineer of the whole platform
    valid_until = fields.String(allow_none=True)
    revoked = fields.Boolean(required=True)


class JurisdictionChanged(Contract):
    """A node of the tree: village, town, county or city."""

    key = fields.String(required=True)
    part_of = fields.String(allow_none=True)
    name = fields.Dict(fields.String(), fields.String(), required=True)


class Tombstone(Contract):
    """A message that was dropped by hand: keeps the stream without holes."""

    dropped = fields.String(required=True)
    why = fields.String(required=True)


STEP_TYPES = (
    "accepted",
    "progressed",
    "handed_over",
    "extended",
    "settled",
    "verified",
    "reopened",
    "published",
    "closed",
    "corrected",
    "merged",
    "returned",
)
CLOCK_TYPES = (
    "started",
    "warned",
    "breached",
    "escalated",
    "stopped",
    "extended",
    "paused",
    "resumed",
    "corrected",
    "excused",
    "withheld",
)

SCHEMAS: dict[str, type[Contract]] = {
    "case.admitted": CaseAdmitted,
    "case.rejected": CaseRejected,
    **{f"case.{name}": CaseStep for name in ("assigned", *STEP_TYPES)},
    **{f"work_order.{name}": WorkOrder for name in ("issued", "accepted", "declined", "done", "withdrawn")},
    "case.routed": CaseRouted,
    "case.unroutable": CaseUnroutable,
    **{f"clock.{name}": ClockEvent for name in CLOCK_TYPES},
    **{f"notification.{name}": NotificationEvent for name in ("sent", "failed", "uncertain")},
    "alarm.raised": Alarm,
    "edition.published": EditionPublished,
    "calendar.published": CalendarPublished,
    "membership.changed": MembershipChanged,
    "absence.changed": AbsenceChanged,
    "token.changed": TokenChanged,
    "jurisdiction.changed": JurisdictionChanged,
    "message.dropped": Tombstone,
}

PRODUCERS: dict[str, tuple[str, ...]] = {
    "intake": (
        "case.admitted",
        "case.rejected",
        *(f"case.{name}" for name in ("assigned", *STEP_TYPES)),
        *(f"work_order.{name}" for name in ("issued", "accepted", "declined", "done", "withdrawn")),
        "alarm.raised",
    ),
    "routing": ("case.routed", "case.unroutable", "alarm.raised"),
    "sla": (*(f"clock.{name}" for name in CLOCK_TYPES), "alarm.raised"),
    "notify": ("notification.sent", "notification.failed", "notification.uncertain", "alarm.raised"),
    "registry": (
        "edition.published",
        "calendar.published",
        "membership.changed",
        "absence.changed",
        "token.changed",
        "jurisdiction.changed",
        "alarm.raised",
    ),
}

# Who takes whose streams, whole. A stream is never filtered: its sequence would show holes.
LISTENS: dict[str, tuple[str, ...]] = {
    "intake": ("routing", "sla", "notify", "registry"),
    "routing": ("intake", "registry"),
    "sla": ("intake", "registry"),
    "notify": ("intake", "sla", "registry"),
    "registry": (),
}

"""What intake's routes give, as described in the documentation; the answers are built by `views`."""

from marshmallow import Schema, fields, validate

from services.intake.api.report_outputs import point_doubt
from shared.web.paging import NEXT

Json = fields.Dict(fields.String(), fields.Raw(allow_none=True))


class CaseListed(Schema):
    """A case in a list."""

    id = fields.String(required=True)
    number = fields.String(required=True)
    category = fields.String(required=True)
    channel = fields.String(required=True)
    place = fields.Dict(fields.String(), fields.Raw(allow_none=True), required=True)
    title = fields.String(allow_none=True, required=True)
    state = fields.String(required=True)
    level = fields.String(allow_none=True, required=True)
    lead = fields.String(allow_none=True, required=True)
    round = fields.Integer(required=True)
    due_at = fields.DateTime(allow_none=True, required=True)
    breached = fields.Boolean(required=True)
    flagged = fields.Boolean(required=True)
    fallback = fields.Boolean(required=True)
    private = fields.Boolean(required=True)
    reported_at = fields.DateTime(required=True)
    changed_at = fields.DateTime(required=True)


class CaseList(Schema):
    """A page of cases, newest first."""

    cases = fields.List(fields.Nested(CaseListed), required=True)
    next = NEXT


class Waiting(Schema):
    """What time must have passed before a step, and from when it may be taken: `at`, null while that is not known."""

    start = fields.String(required=True)
    amount = fields.String(required=True)
    because = fields.List(fields.String(), required=True)
    since = fields.DateTime(allow_none=True, required=True)
    at = fields.DateTime(allow_none=True, required=True)
    label = fields.String(allow_none=True, required=True)
    provisional = fields.Boolean(required=True)
    missing_year = fields.Integer(allow_none=True, required=True)
    explanation = fields.List(fields.String(), required=True)
    certificate = fields.Dict(fields.String(), fields.Raw(), allow_none=True, required=True)


class StepListed(Schema):
    """A step, and whether the caller may take it now."""

    step = fields.String(required=True)
    name = fields.String(required=True)
    allowed = fields.Boolean(required=True)
    not_before = fields.Nested(Waiting, allow_none=True, required=True)
    needs = fields.List(fields.Dict(fields.String(), fields.Raw()), required=True)
    may_have = fields.List(fields.Dict(fields.String(), fields.Raw()), required=True)
    any_time = fields.Boolean(required=True, metadata={"description": "it belongs to no order of steps"})
    settles = fields.Boolean(required=True, metadata={"description": "it reaches 'settled'"})
    verifies = fields.Boolean(required=True, metadata={"description": "it reaches 'verified'"})
    why_not = fields.Dict(fields.String(), fields.Raw(), allow_none=True, required=True)


class StepList(Schema):
    """The steps of the case's procedure and those for any time."""

    steps = fields.List(fields.Nested(StepListed), required=True)


class CaseView(Schema):
    """Everything about a case on one resource."""

    case = fields.String(required=True)
    number = fields.String(required=True)
    town = fields.String(required=True)
    state = fields.String(required=True)
    report = fields.Dict(fields.String(), fields.Raw(allow_none=True), required=True)
    facts = fields.Dict(fields.String(), fields.Raw(), required=True)
    milestones = fields.Dict(fields.String(), fields.String(), required=True)
    version = fields.Integer(
        required=True,
        metadata={"description": "of the case as it is shown: give it as `If-Match` with a step"},
    )
    round = fields.Integer(required=True)
    awaits_decision = fields.Boolean(required=True)
    breached = fields.Boolean(required=True)
    flagged = fields.Boolean(required=True)
    fallback = fields.Boolean(required=True)
    due_at = fields.DateTime(allow_none=True, required=True)
    changed_at = fields.DateTime(required=True)
    assignment = fields.Dict(fields.String(), fields.Raw(allow_none=True), allow_none=True, required=True)
    edition = fields.Dict(fields.String(), fields.Raw(allow_none=True), required=True)
    decisions = fields.List(Json, required=True)
    work_orders = fields.List(Json, required=True)
    deadlines = fields.List(Json, required=True)
    notifications = fields.List(Json, required=True)
    attachments = fields.List(Json, required=True)
    linked = fields.List(Json, required=True)
    linked_from = fields.String(allow_none=True, required=True)
    draft = fields.Dict(fields.String(), fields.Raw(allow_none=True), allow_none=True, required=True)
    proposal = fields.Dict(fields.String(), fields.Raw(allow_none=True), allow_none=True, required=True)
    duplicates = fields.List(Json, required=True)
    earlier = fields.List(Json, required=True)
    point_doubt = point_doubt()
    merged = fields.List(Json, required=True)
    merged_into = fields.Dict(fields.String(), fields.String(), allow_none=True, required=True)
    satisfaction = fields.List(Json, required=True)
    hidden = fields.Boolean(required=True)
    repeats = fields.Integer(required=True)
    steps = fields.List(fields.Nested(StepListed), required=True)
    history = fields.List(Json, required=True)
    as_of = fields.Dict(fields.String(), fields.String(allow_none=True), required=True)


class NotDone(Schema):
    """One thing that a step was to do and did not."""

    code = fields.String(required=True)
    cause = fields.String(required=True)
    where = fields.Dict(fields.String(), fields.String(), required=True)


class StepTaken(Schema):
    """The case after a step."""

    case = fields.String(required=True)
    number = fields.String(required=True)
    state = fields.String(required=True)
    round = fields.Integer(required=True)
    milestones = fields.Dict(fields.String(), fields.String(), required=True)
    not_done = fields.List(fields.Nested(NotDone), required=True)


class CaseStateView(Schema):
    """Where a case or a draft stands now."""

    case = fields.String(required=True)
    number = fields.String(required=True)
    state = fields.String(required=True)


class MergedView(CaseStateView):
    """The case that goes on, with what it took in."""

    merged = fields.List(Json, required=True)
    reporters = fields.Integer(required=True)


class MergedClockView(Schema):
    """A limit of the case that ends: `kept` by the other's own, `taken_over` there, or it `ends` without a verdict."""

    stage = fields.String(required=True)
    fate = fields.String(required=True, validate=validate.OneOf(["kept", "taken_over", "ends"]))
    was_due_at = fields.DateTime(allow_none=True, required=True)
    into_due_at = fields.DateTime(allow_none=True, required=True)
    due_at = fields.DateTime(allow_none=True, required=True)


class MergePreview(Schema):
    """What merging would do; nothing is changed."""

    case = fields.String(required=True)
    into = fields.String(required=True)
    allowed = fields.Boolean(required=True)
    why_not = fields.Dict(fields.String(), fields.Raw(), allow_none=True, required=True)
    clocks = fields.List(fields.Nested(MergedClockView), required=True)
    reporters = fields.Integer(required=True)


class Satisfied(Schema):
    """What a reporter said of the result, and what followed from it: the step taken, or why none was."""

    reporter = fields.String(required=True)
    satisfied = fields.Boolean(required=True)
    round = fields.Integer(required=True)
    at = fields.DateTime(required=True)
    step = fields.String(required=True, allow_none=True)
    not_done = fields.String(required=True, allow_none=True)


class OrderView(Schema):
    """A unit's share of a case, and since when."""

    id = fields.String(required=True)
    case = fields.String(required=True)
    number = fields.String(required=True)
    unit = fields.String(required=True)
    part = fields.String(required=True)
    state = fields.String(required=True)
    decision = fields.Integer(required=True)
    round = fields.Integer(required=True)
    issued_at = fields.DateTime(required=True)
    accepted_at = fields.DateTime(allow_none=True, required=True)
    ended_at = fields.DateTime(allow_none=True, required=True)
    held_for_seconds = fields.Integer(required=True)
    assignee = fields.String(allow_none=True, required=True)
    assignee_state = fields.String(
        allow_none=True, required=True, validate=validate.OneOf(["here", "left", "absent"])
    )
    substitute = fields.String(allow_none=True, required=True)


class OrderList(Schema):
    """A page of work orders, oldest first."""

    work_orders = fields.List(fields.Nested(OrderView), required=True)
    next = NEXT


class PublicationList(Schema):
    """A page of publications, newest first; without personal data."""

    publications = fields.List(Json, required=True)
    private_count = fields.Integer(
        required=True, metadata={"description": "counted among 10000 publications at most"}
    )
    next = NEXT


class KeyNamed(Schema):
    """A key with what people call it."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    part_of = fields.String(metadata={"description": "of a place: what it lies in"})
    values = fields.List(Json, metadata={"description": "of a fact: what its values are called"})


class TownNamesList(Schema):
    """What a town calls what answers name by key, as the edition in force has it."""

    town = fields.String(required=True)
    name = fields.String(required=True)
    zone = fields.String(required=True)
    edition = fields.String(required=True)
    categories = fields.List(fields.Nested(KeyNamed), required=True)
    units = fields.List(fields.Nested(KeyNamed), required=True)
    places = fields.List(fields.Nested(KeyNamed), required=True)
    channels = fields.List(fields.Nested(KeyNamed), required=True)
    levels = fields.List(fields.Nested(KeyNamed), required=True)
    steps = fields.List(fields.Nested(KeyNamed), required=True)
    milestones = fields.List(fields.Nested(KeyNamed), required=True)
    facts = fields.List(fields.Nested(KeyNamed), required=True)
    rules = fields.List(
        fields.Nested(KeyNamed), required=True, metadata={"description": "rules by id, with their titles"}
    )
    policies = fields.List(fields.Nested(KeyNamed), required=True)


class PaperTemplateView(Schema):
    """A town's own template of a paper."""

    paper = fields.String(required=True, metadata={"description": "a kind of paper, or a key of the town's"})
    language = fields.String(required=True)
    text = fields.String(required=True)


class PaperTemplates(Schema):
    """A town's own templates, as an edition has them."""

    edition = fields.String(required=True)
    papers = fields.List(fields.Nested(PaperTemplateView), required=True)


class ChainVerdict(Schema):
    """Whether the case's history is whole."""

    whole = fields.Boolean(required=True)
    entries = fields.Integer(required=True)
    head = fields.String(required=True)
    broken_at = fields.Integer(allow_none=True, required=True)
    cause = fields.String(allow_none=True, required=True)


class AttachmentView(Schema):
    """An attached file, without its content."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    type = fields.String(required=True)
    size = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    attached_at = fields.DateTime(required=True)
    erased_at = fields.DateTime(
        allow_none=True, required=True, metadata={"description": "since when its content is gone"}
    )


class IdentityView(Schema):
    """Who reported; every reading is recorded."""

    ref = fields.String(required=True)
    identity = fields.Dict(fields.String(), fields.String(), required=True)

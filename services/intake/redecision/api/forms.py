"""What requests to decide again may say, and how they are answered."""

from marshmallow import Schema, fields, validate

from services.intake.domain.milestones import DRAFT, ENDED, STATES
from services.intake.redecision.domain.redecisions import RedecidedState
from shared.web.inputs import AnyText, Input, InstantField, PlainText, WholeNumber, YesNo
from shared.web.paging import NEXT, PageQuery

MOST_NAMED = 1000
MOST_SHOWN = 500
_RUNNING = sorted(STATES - ENDED - {DRAFT})
_KEY = 100


class FilterInput(Input):
    """Which running cases; nothing given: all of them."""

    category = PlainText(_KEY)
    state = fields.String(validate=validate.OneOf(_RUNNING))
    reported_from = InstantField()
    reported_to = InstantField()


class RedecisionInput(Input):
    """What is to be decided again, and under which edition (default: the one in force)."""

    edition = PlainText(_KEY)
    cases = fields.List(PlainText(_KEY), validate=validate.Length(1, MOST_NAMED))
    filter = fields.Nested(FilterInput)
    preview = YesNo(load_default=True)
    reason = PlainText(2000)
    cursor = AnyText(validate=validate.Length(max=1000))
    limit = WholeNumber(load_default=100, validate=validate.Range(1, MOST_SHOWN))


class RedecidedQuery(PageQuery):
    """Which cases of a re-decision."""

    state = fields.String(validate=validate.OneOf([state.value for state in RedecidedState]))


class CasePreviewView(Schema):
    """What would become of one case."""

    case = fields.String(required=True)
    number = fields.String(required=True)
    edition = fields.String(required=True, metadata={"description": "to which it is bound now"})
    left = fields.String(
        allow_none=True,
        required=True,
        metadata={"description": "why it would be left as it is; null when not"},
    )
    decision = fields.Dict(allow_none=True, required=True, metadata={"description": "`before` and `after`"})
    deadlines = fields.List(
        fields.Dict(), required=True, metadata={"description": "per limit: stage, `before`, `after`, moved"}
    )
    by_time = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "steps that limits then let time take at once; `after` is before these"},
    )


class PreviewView(Schema):
    """What a re-decision would do; nothing is written."""

    edition = fields.String(required=True)
    cases = fields.List(fields.Nested(CasePreviewView), required=True)
    next = NEXT


class RedecisionView(Schema):
    """A re-decision and how far it has come."""

    id = fields.String(required=True)
    edition = fields.String(required=True)
    cause = fields.String(
        required=True, metadata={"description": "asked, or follow (the edition's own rule)"}
    )
    state = fields.String(required=True, metadata={"description": "waiting, under_way or done"})
    reason = fields.String(allow_none=True, required=True)
    by = fields.Dict(required=True)
    scope = fields.Dict(required=True)
    total = fields.Integer(required=True)
    progress = fields.Dict(
        fields.String(),
        fields.Integer(),
        required=True,
        metadata={"description": "waiting, asked, decided, left"},
    )
    starts_at = fields.String(required=True)
    made_at = fields.String(required=True)
    ended_at = fields.String(allow_none=True, required=True)


class RedecisionList(Schema):
    """A town's re-decisions, newest first."""

    redecisions = fields.List(fields.Nested(RedecisionView), required=True)
    next = NEXT


class RedecidedCaseView(Schema):
    """What became of one case."""

    case = fields.String(required=True)
    number = fields.String(required=True)
    state = fields.String(required=True)
    cause = fields.String(allow_none=True, required=True)
    was = fields.Dict(allow_none=True, required=True)
    now = fields.Dict(allow_none=True, required=True)
    at = fields.String(allow_none=True, required=True)


class RedecidedList(Schema):
    """The cases of a re-decision."""

    cases = fields.List(fields.Nested(RedecidedCaseView), required=True)
    next = NEXT

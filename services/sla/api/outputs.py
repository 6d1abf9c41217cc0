"""What is shown of clocks."""

from marshmallow import Schema, fields

from services.sla.domain.standings import DeadlineStanding
from shared.web.paging import NEXT


class DeadlineView(Schema):
    """One clock of one case."""

    clock = fields.String(required=True)
    case = fields.String(required=True)
    number = fields.String(required=True)
    category = fields.String(required=True)
    place = fields.String(
        allow_none=True, required=True, metadata={"description": "key of the town's place, where it has one"}
    )
    stage = fields.String(required=True)
    stage_name = fields.String(required=True)
    state = fields.String(required=True)
    state_name = fields.String(required=True)
    verdict = fields.String(allow_none=True)
    verdict_name = fields.String(allow_none=True)
    earlier_verdict = fields.String(
        allow_none=True, metadata={"description": "what stood before an appeal was upheld"}
    )
    rule = fields.String(required=True)
    because = fields.List(fields.String(), required=True)
    edition = fields.String(required=True)
    round = fields.Integer(required=True)
    level = fields.String(allow_none=True)
    unit = fields.String(
        allow_none=True, metadata={"description": "who leads the case, as the clock last heard"}
    )
    assisting = fields.List(
        fields.String(), required=True, metadata={"description": "who assists in the case now"}
    )
    started_at = fields.String(required=True)
    due_at = fields.String(
        allow_none=True, metadata={"description": "exclusive; null where there is none now"}
    )
    label = fields.String(allow_none=True, metadata={"description": "the due instant as people write it"})
    provisional = fields.Boolean(required=True)
    missing_year = fields.Integer(allow_none=True)
    stopped_at = fields.String(allow_none=True)
    stopped_by = fields.String(allow_none=True)


class DeadlineList(Schema):
    """A page of deadlines, what is due first before the rest."""

    deadlines = fields.List(fields.Nested(DeadlineView), required=True)
    next = NEXT


class VersionView(Schema):
    """One form that a clock had."""

    version = fields.Integer(required=True)
    at = fields.String(required=True, metadata={"description": "instant at which it became true"})
    recorded_at = fields.String(required=True)
    event = fields.String(allow_none=True)
    event_name = fields.String(allow_none=True)
    mark = fields.String(allow_none=True)
    state = fields.String(required=True)
    verdict = fields.String(allow_none=True)
    unit = fields.String(allow_none=True)
    due_at = fields.String(allow_none=True)
    label = fields.String(allow_none=True)
    provisional = fields.Boolean(required=True)
    was = fields.Dict(allow_none=True, metadata={"description": "the values that a correction replaced"})
    certificate = fields.Dict(allow_none=True, metadata={"description": "how the due instant was counted"})
    described = fields.List(
        fields.String(), required=True, metadata={"description": "the certificate in the reader's language"}
    )


class ClockView(DeadlineView):
    """A clock with every form that it had."""

    versions = fields.List(fields.Nested(VersionView), required=True)


class ClockList(Schema):
    """All clocks of a case, oldest first."""

    case = fields.String(required=True)
    number = fields.String(required=True)
    as_of = fields.String(
        required=True, metadata={"description": "when the case's last step was taken in here"}
    )
    first_accepted_at = fields.String(
        allow_none=True, metadata={"description": "begin of the case's total age"}
    )
    clocks = fields.List(fields.Nested(ClockView), required=True)


class MovedView(Schema):
    """A clock that a revision of the days has moved: from one due instant to another."""

    clock = fields.String(required=True)
    case = fields.String(required=True)
    number = fields.String(required=True)
    stage = fields.String(required=True)
    revision = fields.Integer(required=True)
    from_at = fields.String(allow_none=True, data_key="from")
    to_at = fields.String(allow_none=True, data_key="to")
    was_state = fields.String(required=True)
    state = fields.String(required=True)
    recorded_at = fields.String(required=True)


class MovedList(Schema):
    """A page of what a revision has moved."""

    revision = fields.Integer(required=True)
    moved = fields.List(fields.Nested(MovedView), required=True)
    waiting = fields.Integer(
        required=True,
        metadata={"description": "clocks that are still to be counted again; 10000 means as many or more"},
    )
    next = NEXT


class PreviewedDaysView(Schema):
    """What days would move."""

    moved = fields.List(fields.Nested(MovedView), required=True)
    count = fields.Integer(
        required=True, metadata={"description": "of all that would move; `moved` shows a thousand"}
    )
    looked_at = fields.Integer(required=True, metadata={"description": "clocks that were counted"})
    is_cut = fields.Boolean(
        required=True, metadata={"description": "there are more clocks than were counted"}
    )


StandingCounts = Schema.from_dict(
    {standing.value: fields.Integer(required=True) for standing in DeadlineStanding}, name="StandingCounts"
)


class FigureLineView(Schema):
    """How the limits of one unit, level, category or place stand."""

    key = fields.String(
        allow_none=True,
        required=True,
        metadata={"description": "null: nobody leads, no level was told, no place is named"},
    )
    counts = fields.Nested(StandingCounts, required=True)


class FiguresView(Schema):
    """How a town's limits that run stand, in all and by what; each figure is the length of the list narrowed alike."""

    as_of = fields.String(required=True)
    counts = fields.Nested(StandingCounts, required=True)
    units = fields.List(
        fields.Nested(FigureLineView), required=True, metadata={"description": "by who leads the case"}
    )
    levels = fields.List(fields.Nested(FigureLineView), required=True)
    categories = fields.List(fields.Nested(FigureLineView), required=True)
    places = fields.List(fields.Nested(FigureLineView), required=True)
    is_cut = fields.Boolean(
        required=True, metadata={"description": "there are more, due later than those that were counted"}
    )

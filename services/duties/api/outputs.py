"""What this service answers, as its description has it."""

from marshmallow import Schema, fields

from shared.web.paging import NEXT

_REFERENCE = {"description": "a reference"}


class OccurrenceView(Schema):
    """One occurrence with what was done for it by now."""

    id = fields.String(required=True)
    number = fields.String(required=True)
    duty = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    post = fields.String(required=True)
    label = fields.String(required=True, metadata={"description": "the day by which it is called"})
    on = fields.String(allow_none=True, metadata={"description": "the day on which it is held or closes"})
    at = fields.String(allow_none=True, metadata={"description": "time of day at which it is held"})
    opens_at = fields.String(allow_none=True)
    due_at = fields.String(allow_none=True, metadata={"description": "null: it is listed and never missing"})
    state = fields.String(required=True)
    given = fields.Integer(required=True)
    wanted = fields.Integer(allow_none=True)
    minutes = fields.Integer(required=True)
    lacks = fields.Dict(
        required=True, metadata={"description": "records, minutes, spans and subjects that are not there"}
    )
    met_at = fields.String(allow_none=True)
    moved = fields.String(required=True, metadata={"description": "why it is not on the day of its label"})
    was_on = fields.String(allow_none=True, metadata={"description": "its day before it was moved last"})
    replaced_by = fields.String(allow_none=True)
    provisional = fields.Boolean(required=True)
    missing_year = fields.Integer(allow_none=True)
    form = fields.String(allow_none=True, metadata={"description": "that it asks for"})
    held = fields.Boolean(required=True, metadata={"description": "somebody is called to it: it has a roll"})
    closed_by = fields.String(allow_none=True, metadata={"description": "reference of who excused it"})
    reason = fields.String(allow_none=True)


class OccurrenceList(Schema):
    """Occurrences by their day."""

    occurrences = fields.List(fields.Nested(OccurrenceView), required=True)
    next = NEXT


class PictureView(Schema):
    """A picture, without its content."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    type = fields.String(required=True)
    size = fields.Integer(required=True, metadata={"description": "bytes"})
    sha256 = fields.String(required=True)
    erased = fields.Boolean(required=True, metadata={"description": "the town keeps it no longer"})


class RecordView(Schema):
    """One record; what is sealed of it is asked for apart."""

    id = fields.String(required=True)
    form = fields.String(required=True)
    name = fields.String(required=True)
    about = fields.String(required=True)
    subject = fields.String(required=True)
    post = fields.String(required=True)
    unit = fields.String(allow_none=True)
    person = fields.String(allow_none=True, metadata=_REFERENCE)
    day = fields.String(required=True)
    at = fields.String(required=True)
    begins = fields.String(data_key="from", allow_none=True)
    ends = fields.String(data_key="to", allow_none=True)
    late = fields.Boolean(required=True)
    finished = fields.Boolean(required=True)
    occurrence = fields.String(allow_none=True)
    corrects = fields.String(allow_none=True)
    corrected_by = fields.String(allow_none=True)
    facts = fields.Dict(required=True)
    rows = fields.List(fields.Dict(), required=True)
    has_sealed = fields.Boolean(required=True)
    pictures = fields.List(fields.Nested(PictureView), required=True)


class WholeOccurrence(OccurrenceView):
    """One occurrence, why it is on its day, and its records."""

    rule = fields.String(required=True)
    because = fields.List(fields.String(), required=True)
    edition = fields.String(required=True)
    also = fields.List(
        fields.String(), required=True, metadata={"description": "labels that it counts for as well"}
    )
    otherwise = fields.Dict(
        allow_none=True,
        metadata={"description": "what rules and days would make of it now, where it stays as it is"},
    )
    yours = fields.Boolean(required=True, metadata={"description": "the caller may fill in what it asks for"})
    carries = fields.Boolean(required=True, metadata={"description": "open cases are carried to it"})
    held_before = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "days of a meeting before this one, the latest first"},
    )
    records = fields.List(fields.Nested(RecordView), required=True)


class GivenOrderView(Schema):
    """One order, and how many posts stand how."""

    id = fields.String(required=True)
    number = fields.String(required=True)
    duty = fields.String(required=True)
    name = fields.String(required=True)
    words = fields.String(required=True)
    about = fields.String(allow_none=True)
    subject = fields.String(allow_none=True)
    post = fields.String(allow_none=True, metadata={"description": "the unit that gave it"})
    person = fields.String(allow_none=True, metadata=_REFERENCE)
    issued_at = fields.String(required=True)
    due_at = fields.String(required=True)
    ended_at = fields.String(allow_none=True)
    counts = fields.Dict(
        required=True,
        metadata={"description": "met, late, open, missing, excused, accepted; and `rate`, per cent"},
    )
    yours = fields.Boolean(required=True, metadata={"description": "the caller may change and end it"})


class GivenOrderList(Schema):
    """Orders, the newest first."""

    orders = fields.List(fields.Nested(GivenOrderView), required=True)
    next = NEXT


class WholeOrder(GivenOrderView):
    """One order with what was said of it, the newest first."""

    because = fields.List(fields.String(), required=True)
    steps = fields.List(fields.Dict(), required=True)


class OrderedOccurrence(OccurrenceView):
    """What an order asks of one post, with its replies."""

    order_number = fields.String(allow_none=True)
    returned_at = fields.String(allow_none=True)
    accepted_at = fields.String(allow_none=True)
    records = fields.List(fields.Nested(RecordView), required=True)


class OrderedList(Schema):
    """What an order asks of its posts."""

    posts = fields.List(fields.Nested(OrderedOccurrence), required=True)
    next = NEXT


class OrderableView(Schema):
    """A duty that the caller may order."""

    duty = fields.String(required=True)
    name = fields.String(required=True)
    about = fields.String(allow_none=True)
    has_time = fields.Boolean(
        required=True, metadata={"description": "the rules say within what time it is done"}
    )
    posts = fields.List(fields.String(), required=True)


class OrderableList(Schema):
    """Duties that the caller may order."""

    duties = fields.List(fields.Nested(OrderableView), required=True)


class OwnOccurrence(OccurrenceView):
    """One occurrence, and whether the caller may fill in what it asks for."""

    yours = fields.Boolean(required=True)


class DayView(Schema):
    """What the caller owes now, the meetings that come, and records that were begun and not finished."""

    day = fields.String(required=True, metadata={"description": "the town's own"})
    owed = fields.List(fields.Nested(OwnOccurrence), required=True)
    meetings = fields.List(fields.Nested(OwnOccurrence), required=True)
    begun = fields.List(fields.Nested(RecordView), required=True)


class RecordList(Schema):
    """Records, the newest first."""

    records = fields.List(fields.Nested(RecordView), required=True)
    next = NEXT


class SealedView(Schema):
    """What few may read of a record."""

    facts = fields.Dict(required=True)


class FormView(Schema):
    """A form as it is filled in; `yours`: the caller may, for a post of their own."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    about = fields.String(required=True)
    because = fields.List(fields.String(), required=True)
    facts = fields.List(fields.Dict(), required=True)
    rows = fields.List(fields.Dict(), required=True)
    same_day = fields.Boolean(required=True)
    pictures = fields.Boolean(required=True)
    anonymous = fields.Boolean(required=True, metadata={"description": "a survey: answers are only counted"})
    yours = fields.Boolean(required=True)


class FormList(Schema):
    """The forms of a town."""

    forms = fields.List(fields.Nested(FormView), required=True)


class RollView(Schema):
    """Who was expected, who came, who asked for leave."""

    expected = fields.List(fields.Dict(), required=True)
    also = fields.List(fields.Dict(), required=True)
    leaves = fields.List(fields.Dict(), required=True)
    leave_until = fields.String(allow_none=True)
    agenda = fields.List(fields.String(), required=True)
    calls = fields.Boolean(required=True, metadata={"description": "the caller enters others"})
    signs = fields.Boolean(required=True, metadata={"description": "the caller may sign in now"})
    you = fields.String(allow_none=True, metadata=_REFERENCE)


class PresenceView(Schema):
    """Somebody came."""

    person = fields.String(required=True, metadata=_REFERENCE)
    unit = fields.String(required=True)
    stands_for = fields.String(allow_none=True)
    at = fields.String(required=True)
    make_up = fields.Boolean(required=True)


class LeaveView(Schema):
    """A request for leave and its answer."""

    id = fields.String(required=True)
    town = fields.String(required=True)
    occurrence = fields.String(required=True)
    unit = fields.String(required=True)
    person = fields.String(required=True, metadata=_REFERENCE)
    asked_of = fields.String(required=True)
    asked_at = fields.String(required=True)
    explanation = fields.String(required=True)
    granted = fields.Boolean(allow_none=True)
    answered_by = fields.String(allow_none=True)
    answered_at = fields.String(allow_none=True)
    words = fields.String(allow_none=True)
    yours = fields.Boolean(required=True, metadata={"description": "for the caller to answer"})


class LeaveList(Schema):
    """Requests for leave, the newest first."""

    leaves = fields.List(fields.Nested(LeaveView), required=True)
    next = NEXT


class StandingsView(Schema):
    """How occurrences stand, by post and duty."""

    posts = fields.List(fields.Dict(), required=True)
    is_cut = fields.Boolean(required=True)


class YearView(Schema):
    """A year's duties on their days, and those whose day nobody has written yet."""

    days = fields.List(fields.Dict(), required=True)
    unwritten = fields.List(fields.Dict(), required=True)
    posts = fields.List(
        fields.String(), required=True, metadata={"description": "who owes anything; the first of very many"}
    )

"""What routes of samples answer, as their description has it."""

from marshmallow import Schema, fields

from shared.web.paging import NEXT


class SampleView(Schema):
    """A sample: `strata` say of each class how many there were, were drawn and are verified."""

    id = fields.String(required=True)
    duty = fields.String(allow_none=True)
    occurrence = fields.String(allow_none=True)
    name = fields.String(required=True, metadata={"description": "of its duty, else of its form"})
    form = fields.String(required=True)
    post = fields.String(required=True)
    of = fields.String(required=True, metadata={"description": "the form it was drawn from, or `case`"})
    first = fields.String(data_key="from", required=True)
    last = fields.String(data_key="to", required=True)
    drawn_by = fields.String(allow_none=True, metadata={"description": "a reference"})
    drawn_at = fields.String(required=True)
    algorithm = fields.String(required=True)
    seed = fields.String(required=True)
    strata = fields.List(fields.Dict(), required=True)
    done = fields.Integer(allow_none=True, metadata={"description": "null in lists"})
    drawn = fields.Integer(required=True)
    yours = fields.Boolean(required=True, metadata={"description": "for the caller to verify"})


class WholeSample(SampleView):
    """A sample with what the lot fell on, in order, and the record of what was found."""

    things = fields.List(fields.Dict(), required=True)


class SampleList(Schema):
    """Samples, the newest first."""

    samples = fields.List(fields.Nested(SampleView), required=True)
    next = NEXT


class FrameView(Schema):
    """All that there was to draw from, by reference, with its class and the place in which it was drawn."""

    things = fields.List(fields.Dict(), required=True)
    next = NEXT

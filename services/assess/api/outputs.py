"""What answers about figures and assessment look like, for the documentation."""

from marshmallow import Schema, fields

from shared.web.paging import NEXT

_NUMBER = {"description": "a decimal as text; null where nothing was recorded, or it is kept back"}


class PointItemView(Schema):
    """An item of an assessment."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    most = fields.String(required=True)
    given = fields.Boolean(required=True, metadata={"description": "by a person, and not by a figure"})
    yours = fields.Boolean(required=True, metadata={"description": "the caller gives its points"})


class DeclaredView(Schema):
    """A figure, measure or document as the pack declares it."""

    key = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, metadata={"description": "figure, measure or document"})
    per = fields.String(allow_none=True)
    every = fields.String(required=True)
    does = fields.String(
        allow_none=True, required=True, metadata={"description": "of a figure: how it comes"}
    )
    counts = fields.String(
        allow_none=True, required=True, metadata={"description": "of a figure: what it counts"}
    )
    because = fields.List(fields.String(), required=True)
    items = fields.List(fields.Nested(PointItemView), required=True)
    proposes = fields.Boolean(required=True)


class DeclaredList(Schema):
    """All that the town counts, assesses and reports."""

    declared = fields.List(fields.Nested(DeclaredView), required=True)


class ValueView(Schema):
    """A figure's value of one subject."""

    subject = fields.String(required=True)
    value = fields.String(allow_none=True, required=True, metadata=_NUMBER)
    rests_on = fields.List(fields.String(), required=True)
    hits = fields.List(fields.String(), required=True)
    apart = fields.Dict(fields.String(), fields.Integer(), required=True)
    kept_back = fields.Boolean(required=True)


class ValueList(Schema):
    """A figure of a period, of all whom the caller may read."""

    figure = fields.String(required=True)
    span = fields.String(required=True)
    edition = fields.String(required=True)
    values = fields.List(fields.Nested(ValueView), required=True)


class StandingView(Schema):
    """How one subject stands."""

    subject = fields.String(required=True)
    value = fields.String(allow_none=True, required=True, metadata=_NUMBER)
    out_of = fields.String(allow_none=True, required=True)
    points = fields.Dict(fields.String(), fields.String(allow_none=True), required=True)
    lacks = fields.List(fields.String(), required=True)
    rank = fields.Integer(allow_none=True, required=True)


class StandingList(Schema):
    """A measure of a period, of all whom the caller may read."""

    measure = fields.String(required=True)
    span = fields.String(required=True)
    edition = fields.String(required=True)
    standings = fields.List(fields.Nested(StandingView), required=True)


class DeedView(Schema):
    """What somebody did with a proposal."""

    does = fields.String(required=True)
    yuan = fields.Integer(allow_none=True, required=True)
    words = fields.String(required=True)
    by_unit = fields.String(allow_none=True, required=True)
    by_person = fields.String(required=True)
    at = fields.String(required=True)


class ProposalView(Schema):
    """A proposal with its course; nothing of it is done by the software."""

    proposal = fields.String(required=True)
    name = fields.String(required=True)
    subject = fields.String(required=True)
    state = fields.String(required=True)
    to = fields.List(fields.String(), required=True)
    decided_by = fields.List(fields.String(), required=True)
    is_heard = fields.Boolean(required=True, metadata={"description": "the person concerned is heard first"})
    count = fields.Integer(required=True)
    yuan = fields.Integer(allow_none=True, required=True)
    least = fields.Integer(allow_none=True, required=True)
    most = fields.Integer(allow_none=True, required=True)
    is_open = fields.Boolean(required=True, metadata={"description": "an amount is still to be set"})
    owes = fields.String(allow_none=True, required=True)
    payer = fields.String(required=True)
    category = fields.String(
        allow_none=True,
        required=True,
        metadata={"description": "of the case that a person reports once it is accepted"},
    )
    yours = fields.Boolean(required=True, metadata={"description": "the caller decides"})
    course = fields.List(fields.Nested(DeedView), required=True)


class MeasureProposals(Schema):
    """What is proposed of a measure in a period."""

    proposals = fields.List(fields.Nested(ProposalView), required=True)


class NoteView(Schema):
    """Something that was put on record."""

    id = fields.String(required=True)


class ObjectionView(NoteView):
    """An objection, with both verdicts: the figure's and the one on it."""

    figure = fields.String(required=True)
    span = fields.String(required=True)
    subject = fields.String(required=True)
    ref = fields.String(required=True)
    words = fields.String(required=True)
    by_person = fields.String(required=True)
    at = fields.String(required=True)
    upheld = fields.Boolean(allow_none=True, required=True)
    verdict = fields.String(allow_none=True, required=True)
    decided_by = fields.String(allow_none=True, required=True)
    yours = fields.Boolean(required=True, metadata={"description": "the caller may decide it"})


class ObjectionList(Schema):
    """A page of objections."""

    objections = fields.List(fields.Nested(ObjectionView), required=True)
    next = NEXT


class LineView(Schema):
    """A line of a document."""

    of = fields.String(required=True)
    subject = fields.String(required=True)
    value = fields.String(allow_none=True, required=True)
    rank = fields.Integer(allow_none=True, required=True)
    rests_on = fields.List(fields.String(), required=True)
    before = fields.String(allow_none=True, metadata={"description": "of the period before"})
    year_ago = fields.String(
        allow_none=True, metadata={"description": "of the same period of the year before"}
    )


class WordedView(Schema):
    """How a document is worded: what it is, under which headings a person writes, who receives it."""

    name = fields.String(required=True)
    kind = fields.String(required=True, metadata={"description": "report, special, circular or analysis"})
    headings = fields.List(fields.String(), required=True)
    holds = fields.List(
        fields.String(), required=True, metadata={"description": "keys of figures and measures"}
    )
    names = fields.Dict(
        fields.String(), fields.String(), required=True, metadata={"description": "of these keys"}
    )
    by = fields.String(required=True)
    to = fields.List(fields.String(), required=True)
    is_part = fields.Boolean(required=True, metadata={"description": "the caller gets their own part alone"})


class DraftView(WordedView):
    """A document as its figures make it now."""

    document = fields.String(required=True)
    may_send = fields.Boolean(required=True)
    sent = fields.String(
        allow_none=True, required=True, metadata={"description": "the publication, once it was"}
    )
    span = fields.String(required=True)
    edition = fields.String(required=True)
    lines = fields.List(fields.Nested(LineView), required=True)


class PublicationView(NoteView, WordedView):
    """A document as it was sent."""

    document = fields.String(required=True)
    span = fields.String(required=True)
    edition = fields.String(required=True)
    by_unit = fields.String(allow_none=True, required=True)
    by_person = fields.String(required=True)
    at = fields.String(required=True)
    words = fields.List(fields.String(), required=True)
    lines = fields.List(fields.Nested(LineView), required=True)


class SentDocuments(Schema):
    """A page of what was sent."""

    publications = fields.List(fields.Nested(PublicationView), required=True)
    next = NEXT

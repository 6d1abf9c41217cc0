"""What answers about the ledger look like, for the documentation."""

from marshmallow import Schema, fields

from shared.web.paging import NEXT


class WordView(Schema):
    """What one source says of a fact."""

    value = fields.Raw(allow_none=True, metadata={"description": "null where it is sealed"})
    since = fields.String(required=True)
    source = fields.String(required=True)


class FactView(WordView):
    """A fact as it was said last, with what others say."""

    sealed = fields.Boolean(required=True, metadata={"description": "opened one at a time, and recorded"})
    differs = fields.Boolean(required=True, metadata={"description": "another source says something else"})
    others = fields.List(fields.Nested(WordView), required=True)


class EntryView(Schema):
    """An entry with the facts that the caller may read."""

    id = fields.String(required=True)
    type = fields.String(required=True)
    type_name = fields.String(required=True)
    kind = fields.String(required=True)
    line = fields.String(allow_none=True, data_key="class")
    place = fields.String(required=True)
    place_name = fields.String(required=True)
    about = fields.String(allow_none=True)
    around = fields.List(
        fields.String(),
        required=True,
        metadata={
            "description": "what tells the entry that it belongs to from others, such as a house's number"
        },
    )
    touched_on = fields.String(required=True)
    is_stale = fields.Boolean(required=True)
    differs = fields.List(fields.String(), required=True)
    ended_on = fields.String(allow_none=True)
    facts = fields.Dict(fields.String(), fields.Nested(FactView), required=True)


class EntryWithMembers(EntryView):
    """An entry and what belongs to it."""

    members = fields.List(fields.Nested(EntryView), required=True)


class EntryList(Schema):
    """A page of entries."""

    entries = fields.List(fields.Nested(EntryView), required=True)
    next = NEXT


class TakenView(Schema):
    """What became of something that was entered or stated."""

    id = fields.String(required=True)
    known = fields.Boolean(required=True, metadata={"description": "it was there already"})
    added = fields.List(fields.String(), required=True, metadata={"description": "facts that are new of it"})
    entry = fields.Nested(
        EntryView,
        allow_none=True,
        metadata={"description": "as far as the caller reads it; null: not at all"},
    )


class StatementView(Schema):
    """One statement of an entry's history."""

    number = fields.Integer(required=True)
    event = fields.String(required=True)
    change = fields.String(allow_none=True)
    facts = fields.Dict(fields.String(), fields.Raw(), required=True)
    sealed = fields.List(fields.String(), required=True)
    since = fields.String(required=True)
    source = fields.String(required=True)
    place = fields.String(allow_none=True)
    by_role = fields.String(required=True)
    by_unit = fields.String(allow_none=True)
    at = fields.String(required=True)


class StatementList(Schema):
    """All that was said of an entry, oldest first."""

    statements = fields.List(fields.Nested(StatementView), required=True)


class OpenedFact(Schema):
    """A sealed fact, opened; the opening is on record."""

    fact = fields.String(required=True)
    words = fields.List(fields.Nested(WordView), required=True)


class OpeningView(Schema):
    """Somebody has opened a sealed fact."""

    id = fields.Integer(required=True)
    entry = fields.String(required=True)
    fact = fields.String(required=True)
    at = fields.String(required=True)
    by_role = fields.String(required=True)
    by_unit = fields.String(allow_none=True)
    by_person = fields.String(required=True)
    purpose = fields.String(allow_none=True, metadata={"description": "in the reader's words"})


class OpeningList(Schema):
    """A page of openings, the newest first."""

    openings = fields.List(fields.Nested(OpeningView), required=True)
    next = NEXT


class RefusedLine(Schema):
    """A line that was not taken, and why."""

    line = fields.Integer(required=True)
    problem = fields.Dict(required=True)


class ImportView(Schema):
    """What became of a table."""

    entered = fields.Integer(required=True)
    changed = fields.Integer(required=True, metadata={"description": "known entries that got something new"})
    unchanged = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    kept = fields.Boolean(required=True, metadata={"description": "false: it was only tried out"})
    columns = fields.Dict(
        fields.String(),
        fields.String(),
        required=True,
        metadata={"description": "what each column is; '-': passed over; '': nobody understands it"},
    )
    first = fields.List(
        fields.Dict(), required=True, metadata={"description": "the first lines as they are read"}
    )
    problems = fields.List(fields.Nested(RefusedLine), required=True)
    read_as = fields.String(allow_none=True)


class TypesView(Schema):
    """What the town's ledger keeps, as far as it concerns the caller."""

    classes = fields.List(fields.Dict(), required=True)
    types = fields.List(fields.Dict(), required=True)
    changes = fields.List(fields.Dict(), required=True)
    has_paper = fields.Boolean(required=True)
    paper = fields.List(fields.String(), required=True, metadata={"description": "types that are printed"})
    needs = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "of date and source, what each statement needs"},
    )
    places = fields.List(
        fields.String(),
        allow_none=True,
        metadata={"description": "grids in which the caller enters; null: the whole town"},
    )

"""What is given to those who report, as described in the documentation: receipts, proposals, what can be reported."""

from marshmallow import Schema, fields, validate

from services.intake.domain.locating import PointDoubt

Json = fields.Dict(fields.String(), fields.Raw(allow_none=True))


def point_doubt() -> fields.Enum[PointDoubt]:
    """Return the field that says what is doubtful about a point."""
    what = "no-fix: the point is 0,0; outside: it lies in no area of the town; null: nothing is doubtful"
    return fields.Enum(
        PointDoubt, by_value=True, allow_none=True, required=True, metadata={"description": what}
    )


class Admitted(Schema):
    """A report that became a case."""

    case = fields.String(required=True)
    number = fields.String(required=True)
    town = fields.String(required=True)
    state = fields.String(required=True)
    edition = fields.String(required=True)
    reported_at = fields.DateTime(required=True)
    category = fields.String(required=True)
    also = fields.List(fields.String(), required=True)
    proposal = fields.Dict(fields.String(), fields.Raw(), allow_none=True, required=True)
    counted = fields.Boolean(
        required=True, metadata={"description": "a repeated alarm: counted, no new case"}
    )
    repeats = fields.Integer(required=True, metadata={"description": "which repetition of an alarm this was"})
    duplicates = fields.List(Json, required=True, metadata={"description": "cases that look like it"})
    point_doubt = point_doubt()
    code = fields.String(
        allow_none=True,
        required=True,
        metadata={
            "description": "follows the case without an account, with its number; null for what was counted"
        },
    )


class BulkItem(Schema):
    """What became of one report of a bulk."""

    index = fields.Integer(required=True)
    status = fields.Integer(required=True)
    case = fields.String()
    number = fields.String()
    problem = fields.Dict(fields.String(), fields.Raw(allow_none=True))


class BulkResult(Schema):
    """What became of a bulk, report by report."""

    admitted = fields.Integer(required=True)
    counted = fields.Integer(required=True)
    refused = fields.Integer(required=True)
    results = fields.List(fields.Nested(BulkItem), required=True)


class ProposedCategoryView(Schema):
    """A category that a text speaks for, and by which keywords."""

    category = fields.String(required=True)
    name = fields.String(required=True)
    matched = fields.List(fields.String(), required=True)


class ProposalList(Schema):
    """What a text proposes: the first is what a report would get; nothing was reported."""

    proposal = fields.Nested(ProposedCategoryView, allow_none=True, required=True)
    others = fields.List(fields.Nested(ProposedCategoryView), required=True)
    edition = fields.String(required=True)


class CatalogueView(Schema):
    """What can be reported in a town, and what is asked."""

    town = fields.String(required=True)
    edition = fields.String(required=True)
    zone = fields.String(required=True, metadata={"description": "IANA name of the town's time zone"})
    categories = fields.List(Json, required=True)
    channels = fields.List(Json, required=True)
    proposed_category = fields.String(
        allow_none=True,
        required=True,
        validate=validate.OneOf(["taken", "confirmed"]),
        metadata={"description": "what becomes of a category that the text proposes; null: none is proposed"},
    )
    places = fields.List(Json, required=True)

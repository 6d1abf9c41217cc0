"""What requests for clocks may say."""

from marshmallow import fields, validate

from services.sla.domain.clock import State, Verdict
from shared.web.inputs import Input, Moment, PlainText

_KEY = 100


class PageQuery(Input):
    """Which page of a list."""

    cursor = PlainText(1000)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class FeedQuery(Input):
    """What deadlines are narrowed to."""

    state = fields.String(validate=validate.OneOf([state.value for state in State]))
    stage = PlainText(_KEY)
    unit = PlainText(300, metadata={"description": "leads or assists"})
    verdict = fields.String(validate=validate.OneOf([verdict.value for verdict in Verdict]))
    accepted = fields.String(
        validate=validate.OneOf(["never"]), metadata={"description": "of cases that nobody ever accepted"}
    )
    extended = fields.String(
        validate=validate.OneOf(["without-due"]),
        metadata={"description": "extended, and no new due instant written yet"},
    )
    due_before = Moment()
    due_after = Moment()


class DeadlinesQuery(PageQuery, FeedQuery):
    """Which page of a town's deadlines."""


class MovedQuery(PageQuery):
    """Which page of what a revision of the days has moved; without a revision, the latest."""

    revision = fields.Integer(validate=validate.Range(1, 2**31 - 1))

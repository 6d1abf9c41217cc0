"""What requests for clocks may say."""

from marshmallow import fields, validate

from services.sla.domain.clock import State
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
    unit = PlainText(300)
    due_before = Moment()
    due_after = Moment()


class DeadlinesQuery(PageQuery, FeedQuery):
    """Which page of a town's deadlines."""


class MovedQuery(PageQuery):
    """Which page of what a revision of the days has moved; without a revision, the latest."""

    revision = fields.Integer(validate=validate.Range(1, 2**31 - 1))

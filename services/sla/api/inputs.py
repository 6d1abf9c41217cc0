"""What requests for clocks may say."""

from marshmallow import fields, validate

from services.sla.domain.standings import DeadlineStanding
from shared.rules.clocks.clock import ClockState, ClockVerdict
from shared.web.inputs import Input, InstantField, PlainText, QueryNumber, WholeNumber
from shared.web.paging import PageQuery

_KEY = 100
_DAYS = validate.Length(max=2000)


class FeedQuery(Input):
    """What deadlines are narrowed to."""

    state = fields.String(validate=validate.OneOf([state.value for state in ClockState]))
    stage = PlainText(_KEY)
    unit = PlainText(300, metadata={"description": "leads or assists"})
    verdict = fields.String(validate=validate.OneOf([verdict.value for verdict in ClockVerdict]))
    accepted = fields.String(
        validate=validate.OneOf(["never"]), metadata={"description": "of cases that nobody ever accepted"}
    )
    extended = fields.String(
        validate=validate.OneOf(["without-due"]),
        metadata={"description": "extended, and no new due instant written yet"},
    )
    due_before = InstantField()
    due_after = InstantField()


class DeadlinesQuery(PageQuery, FeedQuery):
    """Which page of a town's deadlines."""

    is_open = fields.Boolean(data_key="open", metadata={"description": "without those that have stopped"})
    lead = PlainText(300, metadata={"description": "leads the case; 'none': nobody does"})
    level = PlainText(_KEY)
    category = PlainText(_KEY)
    place = PlainText(_KEY)
    standing = fields.String(
        validate=validate.OneOf([standing.value for standing in DeadlineStanding]),
        metadata={"description": "of those that run, as the figures count them"},
    )


class MovedQuery(PageQuery):
    """Which page of what a revision of the days has moved; without a revision, the latest."""

    revision = QueryNumber(validate=validate.Range(1, 2**31 - 1))


class PreviewedDaysInput(Input):
    """A town's days as they would be: all of them, as the registry's `POST …/calendar?check=yes` shows them."""

    holidays = fields.Dict(fields.Date(), PlainText(_KEY, shortest=0), load_default=dict, validate=_DAYS)
    make_up = fields.Dict(fields.Date(), PlainText(_KEY, shortest=0), load_default=dict, validate=_DAYS)
    years = fields.List(WholeNumber(validate=validate.Range(2000, 2100)), load_default=list, validate=_DAYS)
    revision = WholeNumber(load_default=0, validate=validate.Range(0, 2**31 - 1))
    as_of = PlainText(_KEY, load_default=None, allow_none=True, shortest=0)

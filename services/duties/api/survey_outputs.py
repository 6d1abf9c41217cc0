"""What routes of surveys answer, as their description has it."""

from marshmallow import Schema, fields

from shared.web.paging import NEXT


class SurveyView(Schema):
    """A survey that was given out, and how many have answered; never what."""

    id = fields.String(required=True)
    form = fields.String(required=True)
    name = fields.String(required=True)
    about = fields.String(required=True)
    subject = fields.String(required=True)
    post = fields.String(required=True)
    occurrence = fields.String(allow_none=True)
    first = fields.String(data_key="from", required=True)
    last = fields.String(data_key="to", required=True)
    most = fields.Integer(required=True)
    answered = fields.Integer(required=True)
    least = fields.Integer(
        required=True, metadata={"description": "answers of fewer of which nothing is shown"}
    )
    accounts_only = fields.Boolean(required=True)
    state = fields.String(required=True)


class GivenOutView(SurveyView):
    """A survey, and the code by which it is answered; null: it has ended."""

    code = fields.String(allow_none=True)


class SurveyList(Schema):
    """Surveys, the newest first."""

    surveys = fields.List(fields.Nested(SurveyView), required=True)
    next = NEXT


class AskedView(Schema):
    """A survey as whoever has its address sees it."""

    name = fields.String(required=True)
    about = fields.String(required=True)
    subject = fields.String(allow_none=True, metadata={"description": "a place; null: nothing that is named"})
    last = fields.String(data_key="to", required=True)
    facts = fields.List(fields.Dict(), required=True)
    accounts_only = fields.Boolean(required=True)


class AnsweredView(Schema):
    """An answer was kept; not new: it had been given before, and counts once."""

    new = fields.Boolean(required=True)

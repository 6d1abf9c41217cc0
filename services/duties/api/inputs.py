"""What requests may say."""

# ruff: noqa: ARG002 - marshmallow hands a field more than it needs

import re
from typing import Any

from marshmallow import ValidationError, fields, validate

from services.duties.domain.picture import MOST
from services.duties.domain.samples import MOST_THINGS
from services.duties.domain.surveys import MOST_ANSWERS
from shared.rules.duties import State
from shared.web.inputs import WITHOUT_NUL, DayField, Input, PlainText, QueryNumber, WholeNumber, YesNo
from shared.web.paging import PageQuery

_KEY, _UNIT, _WORDS = 100, 300, 2000
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
MOST_ENTRIES, MOST_ROWS, MOST_VALUES = 100, 500, 500


class TimeField(fields.Field[int]):
    """A time of day: '08:30' up to '24:00', loaded as minutes of the day."""

    def __init__(self, **more: Any) -> None:
        super().__init__(metadata={"type": "string", "pattern": f"^({_TIME.pattern})$"}, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> int:
        if type(value) is not str or not _TIME.fullmatch(value):
            raise ValidationError("Not a time of day.")
        hours, minutes = value.split(":")
        return int(hours) * 60 + int(minutes)


class EntryValue(fields.Raw):
    """What can stand in an entry: a text, a number, yes or no, or a list of these; the form says which."""

    def __init__(self, **more: Any) -> None:
        single = [{"type": "string", "pattern": WITHOUT_NUL}, {"type": "number"}, {"type": "boolean"}]
        many = {"type": "array", "items": {"anyOf": single}, "maxItems": MOST_VALUES}
        super().__init__(metadata={"anyOf": [*single, many]}, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        parts = value if isinstance(value, list) else [value]
        if len(parts) > MOST_VALUES or not all(type(part) in (str, int, float, bool) for part in parts):
            raise self.make_error("validator_failed")
        return value


def _entries(**more: Any) -> fields.Dict:
    return fields.Dict(fields.String(), EntryValue(), validate=validate.Length(max=MOST_ENTRIES), **more)


class SpanQuery(Input):
    """Of which days; without any, today's."""

    first = DayField(data_key="from")
    last = DayField(data_key="to")


class OccurrencesQuery(PageQuery, SpanQuery):
    """Which occurrences: of which days, of whom, and how they stand."""

    unit = PlainText(_UNIT, metadata={"description": "who owes them"})
    duty = PlainText(_KEY)
    state = fields.String(validate=validate.OneOf([state.value for state in State]))
    moved = fields.Boolean(
        load_default=False, metadata={"description": "those alone that newer rules or days moved"}
    )


class RecordsQuery(PageQuery):
    """Which records."""

    form = PlainText(_KEY)
    unit = PlainText(_UNIT, metadata={"description": "for whom they were made"})
    subject = PlainText(_UNIT)
    occurrence = PlainText(_KEY)
    first = DayField(data_key="from")
    last = DayField(data_key="to")


class RecordInput(Input):
    """What is filled in; a correction names the record in whose place it stands."""

    form = PlainText(_KEY, required=True)
    facts = _entries(load_default=dict)
    rows = fields.List(_entries(), load_default=list, validate=validate.Length(max=MOST_ROWS))
    subject = PlainText(_UNIT)
    post = PlainText(_UNIT)
    day = DayField()
    begins = TimeField(data_key="from")
    ends = TimeField(data_key="to")
    is_finished = YesNo(data_key="finished", load_default=True)
    occurrence = PlainText(_KEY)
    corrects = PlainText(_KEY)
    pictures = fields.List(
        PlainText(_KEY),
        load_default=list,
        validate=validate.Length(max=MOST),
        metadata={"description": "ids of pictures that were handed in before"},
    )


class ExcuseInput(Input):
    """Why an occurrence is excused."""

    reason = PlainText(_WORDS, required=True)


class SignInInput(Input):
    """Who came; without a person, whoever asks."""

    person = PlainText(_KEY, metadata={"description": "a reference"})
    unit = PlainText(_UNIT)
    stands_for = PlainText(_KEY, metadata={"description": "a reference"})
    is_make_up = YesNo(data_key="make_up", load_default=False)


class LeaveInput(Input):
    """Why somebody can't come."""

    explanation = PlainText(_WORDS, required=True)


class AnswerInput(Input):
    """What a request for leave is answered."""

    granted = YesNo(required=True)
    words = PlainText(_WORDS)


class YearQuery(Input):
    """Which year, and of whom."""

    year = QueryNumber(validate=validate.Range(2000, 2100), required=True)
    month = QueryNumber(validate=validate.Range(1, 12), metadata={"description": "of which alone"})
    unit = PlainText(_UNIT, metadata={"description": "who owes the duties"})


class SurveyInput(Input):
    """A survey that is to be given out by an address; without `to`, until its occurrence ends."""

    form = PlainText(_KEY, required=True)
    occurrence = PlainText(_KEY)
    post = PlainText(_UNIT)
    subject = PlainText(_UNIT)
    first = DayField(data_key="from")
    last = DayField(data_key="to")
    most = WholeNumber(
        validate=validate.Range(1, MOST_ANSWERS),
        required=True,
        metadata={"description": "answers that it takes"},
    )
    accounts_only = YesNo(load_default=False)


class SurveyAnswer(Input):
    """What is answered. `once` is a random text that a device keeps: sent again with it, nothing is counted twice."""

    facts = _entries(required=True)
    once = PlainText(100, shortest=16, required=True)


class SignedAnswer(Input):
    """What somebody with an account answers, or, `by_phone`, writes down for a caller, who is one each `once`."""

    facts = _entries(required=True)
    by_phone = YesNo(load_default=False)
    once = PlainText(100, shortest=16, required=True)


class SampleInput(Input):
    """What to draw from: for an `occurrence` whose duty has shares, or all `cases` that were closed on some days."""

    occurrence = PlainText(_KEY)
    form = PlainText(_KEY)
    post = PlainText(_UNIT)
    share = WholeNumber(validate=validate.Range(1, 100), metadata={"description": "per cent, of cases"})
    cases = fields.List(PlainText(_KEY), load_default=list, validate=validate.Length(max=MOST_THINGS))
    first = DayField(data_key="from")
    last = DayField(data_key="to")


class GivenOrdersQuery(PageQuery):
    """Which orders."""

    duty = PlainText(_KEY)
    subject = PlainText(_UNIT, metadata={"description": "the case or occurrence that they are about"})
    is_standing = fields.Boolean(
        data_key="standing",
        load_default=None,
        metadata={"description": "those alone that stand, or have ended"},
    )


class OrderInput(Input):
    """What is ordered, of whom, about what, by when."""

    duty = PlainText(_KEY, required=True)
    words = PlainText(_WORDS, required=True)
    posts = fields.List(PlainText(_UNIT), load_default=list, validate=validate.Length(max=MOST_ROWS))
    everybody = YesNo(load_default=False, metadata={"description": "all posts that the duty names"})
    subject = PlainText(_UNIT, metadata={"description": "the case or occurrence that it is about"})
    until = DayField(metadata={"description": "the last day; left out: within the time of the rules"})


class OrderChangeInput(Input):
    """What is asked from now on."""

    words = PlainText(_WORDS)
    until = DayField()
    posts = fields.List(PlainText(_UNIT), load_default=list, validate=validate.Length(max=MOST_ROWS))


class OrderEndInput(Input):
    """Why an order ends."""

    reason = PlainText(_WORDS, required=True)


class ReplyInput(Input):
    """What a reply is answered; one that is sent back is owed again."""

    accepted = YesNo(required=True)
    words = PlainText(_WORDS, load_default="")
    until = DayField(metadata={"description": "the last day for another reply; left out: as before"})

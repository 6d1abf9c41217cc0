"""What requests about figures and assessment may say."""

from typing import Any

from marshmallow import ValidationError, fields, validate
from msgspec import Struct

from services.assess.domain.deeds import Deed
from shared.web.inputs import Input, OneLine, PlainText, WholeNumber
from shared.web.paging import PageQuery

KEY = 200
_WORDS = 2000
_MOST_YUAN = 10_000_000
_LONGEST = 12
_NUMBER = r"^[0-9]+(\.[0-9]*)?$"  # as `_is_number` has it, for the description


class Points(fields.String):
    """A number of points as text, '1.5', so that it stays exact."""

    def __init__(self, **more: Any) -> None:
        super().__init__(metadata={"example": "1.5", "pattern": _NUMBER}, validate=_is_number, **more)


def _is_number(text: str) -> None:
    whole, _, part = text.partition(".")
    if not (whole.isascii() and whole.isdigit() and len(text) <= _LONGEST) or (part and not part.isdigit()):
        raise ValidationError("Not a valid number.")


class PointsInput(Input):
    """Points that somebody gives for an item, with the reason."""

    subject = OneLine(KEY, required=True)
    item = OneLine(KEY, required=True)
    points = Points(required=True)
    words = PlainText(_WORDS, required=True)


class ObjectionInput(Input):
    """Something that was counted wrongly, in somebody's word."""

    figure = OneLine(KEY, required=True)
    span = OneLine(KEY, required=True)
    subject = OneLine(KEY, required=True)
    ref = OneLine(KEY, required=True)
    words = PlainText(_WORDS, required=True)


class VerdictInput(Input):
    """Whether an objection is upheld, and why."""

    upheld = fields.Boolean(required=True)
    words = PlainText(_WORDS, required=True)


class DeedInput(Input):
    """What a named person does with a proposal."""

    subject = OneLine(KEY, required=True)
    does = fields.String(required=True, validate=validate.OneOf([each.value for each in Deed]))
    yuan = WholeNumber(validate=validate.Range(0, _MOST_YUAN))
    words = PlainText(_WORDS, required=True)


class SentInput(Input):
    """What a person writes under a document's headings, in their order."""

    words = fields.List(PlainText(_WORDS, shortest=0), load_default=list, validate=validate.Length(max=20))


class NotesQuery(PageQuery):
    """A page of objections, or of what was sent."""


class GivenWords(Struct, frozen=True):
    """Any of these bodies, loaded."""

    subject: str = ""
    item: str = ""
    points: str = "0"
    words: str = ""
    figure: str = ""
    span: str = ""
    ref: str = ""
    upheld: bool = False
    does: str = ""
    yuan: int | None = None


class GivenTexts(Struct, frozen=True):
    """What a person writes into a document, loaded."""

    words: list[str] = []

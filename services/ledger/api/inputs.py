"""What requests about the ledger may say."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate

from services.ledger.domain.entries import NewEntry, Telling
from shared.web.inputs import Input, OneLine, facts_field
from shared.web.paging import PageQuery

MOST_FACTS = 200
KEY = 200  # characters of a key
_YES_NO = validate.OneOf(["yes", "no"])


class Day(fields.String):
    """A date, '2026-03-02'."""

    def __init__(self, **more: Any) -> None:
        super().__init__(metadata={"format": "date"}, validate=_is_day, **more)


def _is_day(text: str) -> None:
    try:
        is_plain = date.fromisoformat(text).isoformat() == text
    except ValueError:
        is_plain = False
    if not is_plain:
        raise ValidationError("Not a valid date.")


class TellingInput(Input):
    """What is stated: facts, since when, and who told."""

    facts = facts_field(MOST_FACTS, load_default=dict)
    date = Day()
    source = OneLine(200)


class NewEntryInput(TellingInput):
    """Something to be entered; a second one that is the same adds to the first."""

    type = OneLine(KEY, required=True)
    place = OneLine(KEY)
    about = OneLine(KEY)
    change = OneLine(KEY)


class ChangeInput(TellingInput):
    """A change of the pack that happens to an entry."""

    change = OneLine(KEY, required=True)
    place = OneLine(KEY)


class MoveInput(TellingInput):
    """An entry goes to another grid."""

    place = OneLine(KEY, required=True)


class EntriesQuery(PageQuery):
    """What a list of entries is narrowed to; `group` is 'fact:value', and asks for its `type` as well."""

    type = OneLine(KEY)
    line = OneLine(KEY, data_key="class")
    place = OneLine(KEY)
    about = OneLine(KEY)
    group = OneLine(2 * KEY)
    stale = fields.String(validate=_YES_NO)
    differs = fields.String(validate=_YES_NO)
    ended = fields.String(validate=_YES_NO)
    text = OneLine(100)


class SheetQuery(Input):
    """Which ledger a workbook holds: that of a grid, a class or a type; without any of them all that may be read."""

    type = OneLine(KEY)
    line = OneLine(KEY, data_key="class")
    place = OneLine(KEY)


class PaperQuery(Input):
    """The grid whose ledger is printed."""

    place = OneLine(KEY, required=True)


class OpeningsQuery(PageQuery):
    """Openings of sealed facts; of one entry where it is named."""

    entry = OneLine(KEY)


class ImportQuery(Input):
    """What a table holds and where it comes from.

    `columns` says what its columns mean: 'Name=name;Remarks=-'. Beside facts a column may be `place`, `about`, `date`
    and `source`; a column that bears a fact's key or name need not be named. `check=yes` tries it out.
    """

    type = OneLine(KEY, required=True)
    source = OneLine(200)
    date = Day()
    place = OneLine(KEY)
    columns = OneLine(4000)
    check = fields.String(load_default="no", validate=_YES_NO)


def telling_of(given: Mapping[str, Any]) -> Telling:
    """Return what a body states."""
    return Telling(given["facts"], given.get("date") or "", given.get("source") or "", given.get("change"))


def new_entry_of(given: Mapping[str, Any]) -> NewEntry:
    """Return what a body wants to enter."""
    return NewEntry(given["type"], given.get("place"), given.get("about"), telling_of(given))

"""What requests about the ledger may say."""

from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate
from msgspec import Struct

from services.ledger.domain.entries import GivenStatement, NewEntry
from shared.rules.logic.facts import Value
from shared.web.inputs import Input, OneLine, facts_field
from shared.web.paging import PageQuery

MOST_FACTS = 200
KEY = 200  # characters of a key
_YES_NO = validate.OneOf(["yes", "no"])


class IsoDay(fields.String):
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
    date = IsoDay()
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


class OpeningInput(Input):
    """What a sealed fact is opened for; it is kept with who opened it."""

    purpose = OneLine(200, required=True)


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


class ListImportQuery(Input):
    """What a table holds and where it comes from.

    `columns` says what its columns mean: 'Name=name;Remarks=-'. Beside facts a column may be `place`, `about`, `date`
    and `source`; a column that bears a fact's key or name need not be named. `check=yes` tries it out, and passes
    over columns that it does not understand.
    """

    type = OneLine(KEY, required=True)
    source = OneLine(200)
    date = IsoDay()
    place = OneLine(KEY)
    columns = OneLine(4000)
    check = fields.String(load_default="no", validate=_YES_NO)


class OpeningBody(Struct, frozen=True):
    """What a sealed fact is opened for, loaded."""

    purpose: str


class GivenBody(Struct, frozen=True):
    """Any of these bodies, loaded."""

    facts: dict[str, Value] = {}
    date: str = ""
    source: str = ""
    change: str | None = None
    type: str = ""
    place: str | None = None
    about: str | None = None

    @property
    def said(self) -> GivenStatement:
        """What it states."""
        return GivenStatement(self.facts, self.date, self.source, self.change)

    @property
    def entry(self) -> NewEntry:
        """What it wants to enter."""
        return NewEntry(self.type, self.place, self.about, self.said)


class WantedEntries(Struct, frozen=True):
    """The query of a list or a workbook, loaded."""

    type: str | None = None
    line: str | None = None
    place: str | None = None
    about: str | None = None
    group: str | None = None
    stale: str = "no"
    differs: str = "no"
    ended: str = "no"
    text: str | None = None
    limit: int = 0
    cursor: str | None = None


class AskedOpenings(Struct, frozen=True):
    """The query of a list of openings, loaded."""

    entry: str | None = None
    limit: int = 0
    cursor: str | None = None


class AskedPaper(Struct, frozen=True):
    """The query of a grid's paper version, loaded."""

    place: str


class AskedImport(Struct, frozen=True):
    """The query of an import, loaded."""

    type: str
    check: str
    source: str = ""
    date: str = ""
    place: str | None = None
    columns: str = ""

    @property
    def keeps(self) -> bool:
        """Whether it is no mere trial."""
        return self.check == "no"

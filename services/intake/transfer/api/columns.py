"""A case as one row of a table, and back: for people who look at cases in a spreadsheet.

Decides the columns, and that no cell can be taken for a formula. Values that have parts of their own stand as
JSON in their cell.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from services.intake.domain.case import FLAGS
from services.intake.domain.refusal import refusal
from shared.files.formulas import is_like_formula, no_formula
from shared.files.local_time import states_offset, written_instant
from shared.kernel.instants import format_instant
from shared.web.answers import json_bytes

IDENTITY = ("name", "phone", "email", "address")
INSTANTS = frozenset({"reported_at", "accepted_at", "settled_at", "verified_at", "closed_at", "rejected_at"})
_LISTS = ("also", "levels", "assisting")
_JSON = ("answers", "facts", "steps", "milestones", "deadlines", "draft", "proposal", "publications")
_NUMBERS = ("lat", "lon")
_WHOLE = ("round", "repeats")
COLUMNS = (
    "number", "state", "category", "also", "channel", "place", "lat", "lon", "title", "text", "lead", "levels",
    "assisting", "procedure", "round", "reported_at", "accepted_at", "settled_at", "verified_at", "closed_at",
    "rejected_at", *FLAGS, "reporter", "first_contact", "finder_role",
    "finder_unit", "device", "answers", "facts", "steps", "draft", "proposal", "repeats", "publications",
    "milestones", "deadlines", "town", "case", "edition",
)  # fmt: skip
NOTHING: tuple[object, ...] = (None, (), {})  # what a line leaves out, and a cell leaves empty
_WHOLE_CELL = re.compile("[0-9]{1,9}")
_NUMBER_CELL = re.compile(r"[+-]?[0-9]{1,16}(?:\.[0-9]{0,20})?(?:[eE][+-]?[0-9]{1,3})?")
_SEPARATOR = ";"
_SPOKEN = {
    "yes": True,
    "true": True,
    "是": True,
    "1": True,
    "no": False,
    "false": False,
    "否": False,
    "0": False,
}


def to_cells(line: Mapping[str, Any], *, with_identity: bool) -> list[str]:
    """Return the cells of an exported case in the order of the columns."""
    cells = [_cell(name, line.get(name)) for name in COLUMNS]
    identity = line.get("identity") or {}
    return cells + ([_text(identity.get(name, "")) for name in IDENTITY] if with_identity else [])


def is_said(name: str, value: object) -> bool:
    """Tell whether a line of an export states a field; what is empty is left out.

    But not answers: where they are left out, the facts are read as such, and some of them steps gave.
    """
    return name == "answers" or value not in NOTHING


def heads(*, with_identity: bool) -> list[str]:
    """Return the columns' names."""
    return [*COLUMNS, *(IDENTITY if with_identity else ())]


def _cell(name: str, value: Any) -> str:
    if not is_said(name, value):
        return ""
    if name in _JSON:
        return json_bytes(value).decode()
    if name in _LISTS:
        return _text(_SEPARATOR.join(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return format_instant(value)
    return str(value) if name in (*_NUMBERS, *_WHOLE) else _text(value)


def _text(value: Any) -> str:
    """A cell that begins like a formula is shown as text by an apostrophe before it."""
    return no_formula(str(value))


def from_cells(cells: Mapping[str, str]) -> dict[str, Any]:
    """Return what a row states; empty cells say nothing.

    Raises:
        Refusal: `bad-cell` with the column's name as field.
    """
    line: dict[str, Any] = {}
    identity: dict[str, str] = {}
    for name, cell in cells.items():
        if cell == "":
            continue
        if name in IDENTITY:
            identity[name] = _plain(cell)
        else:
            line[name] = _value(name, cell)
    return {**line, **({"identity": identity} if identity else {})}


def in_zone(name: str, cell: str, zone: ZoneInfo | None) -> str:
    """Return a cell with an instant as the platform writes it: without an offset it is the town's local one.

    What is no instant goes as it stands, to be refused with its field; what states an offset too, for by its very words
    a line is known again.
    """
    if zone is None or name not in INSTANTS or states_offset(cell):
        return cell
    try:
        return format_instant(written_instant(cell, zone).at)
    except ValueError:
        return cell


def _value(name: str, cell: str) -> Any:
    if name in _LISTS:
        return [part.strip() for part in _plain(cell).split(_SEPARATOR) if part.strip()]
    if name in FLAGS:
        return _known(name, cell, _SPOKEN.get(cell.strip().lower()))
    if name in _NUMBERS:
        return _known(name, cell, _number(cell))
    if name in _WHOLE:
        return _known(name, cell, int(cell) if _WHOLE_CELL.fullmatch(cell) else None)
    return _known(name, cell, _parts(cell)) if name in _JSON else _plain(cell)


def _known(name: str, cell: str, value: Any) -> Any:
    if value is None:
        raise refusal("bad-cell", {"field": name}, given=cell[:60])
    return value


def _number(cell: str) -> float | None:
    return float(cell) if _NUMBER_CELL.fullmatch(cell) else None


def _parts(cell: str) -> Any:
    try:
        return orjson.loads(cell)
    except orjson.JSONDecodeError:
        return None


def _plain(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and is_like_formula(cell[1:]) else cell

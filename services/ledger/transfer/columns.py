"""What the columns of a list mean, and what its cells say, for one type of entry.

Decides which heads name a fact by themselves: its key and its names. A choice is written by its key or its name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from services.ledger.domain.facts import checked
from services.ledger.domain.refusal import refusal
from shared.files.local_time import written_instant
from shared.kernel.texts import Text
from shared.rules.language.vocabulary import FACT_KINDS
from shared.rules.logic.facts import Kind, Value
from shared.rules.pack.model import EntryType, LedgerFact, Pack

IGNORED, UNKNOWN = "-", ""  # UNKNOWN: its head says nothing, and nobody has said what it means
PLACE, ABOUT, DATE, SOURCE = "place", "about", "date", "source"
_BESIDE: Mapping[str, str] = {
    "place": PLACE, "grid": PLACE, "地点": PLACE, "网格": PLACE, "about": ABOUT, "从属": ABOUT,
    "date": DATE, "日期": DATE, "source": SOURCE, "来源": SOURCE,
}  # fmt: skip
_FLAGS: Mapping[str, bool] = {
    "yes": True, "true": True, "是": True, "有": True, "1": True, "√": True,
    "no": False, "false": False, "否": False, "无": False, "0": False, "×": False,
}  # fmt: skip
_KINDS = {
    Kind.BOOL: "yes or no", Kind.INT: "whole number", Kind.DECIMAL: "number", Kind.TEXT: "text", Kind.CHOICE: "one of",
}  # fmt: skip
_ISO = 10


@dataclass(frozen=True, slots=True)
class ListLine:
    """What a row says.

    Args:
        facts: checked. place: key of a grid. about: as it stands in its cell.
    """

    facts: dict[str, Value]
    place: str | None
    about: str | None
    since: str
    source: str


@dataclass(frozen=True, slots=True)
class Defaults:
    """Place, day and source of rows that say none."""

    place: str | None
    since: str
    source: str


@dataclass(frozen=True, slots=True)
class Columns:
    """How rows of one table are read.

    Args:
        meant: what each column is, in the order of the table: a fact, a word beside facts, or '-'.
        defaults: where a row has no cell for it.
    """

    type_: EntryType
    pack: Pack
    meant: Sequence[str]
    readers: Sequence[Callable[[str], Value]]
    defaults: Defaults

    def line(self, cells: Sequence[str]) -> ListLine:
        """Return what a row says.

        Raises:
            Problem: `cell-unreadable`, `place-unknown`, or a fact that is not of its type.
        """
        beside: dict[str, str] = {}
        facts: dict[str, Value] = {}
        for meant, read, cell in zip(self.meant, self.readers, cells, strict=False):
            text = cell.strip()
            if not text or meant in (IGNORED, UNKNOWN):
                continue
            if meant in self.type_.facts:
                facts[meant] = read(text)
            else:
                beside[meant] = text
        return ListLine(
            checked(self.type_, facts),
            self._place(beside.get(PLACE)) or self.defaults.place,
            beside.get(ABOUT),
            self._day(beside.get(DATE)) or self.defaults.since,
            beside.get(SOURCE) or self.defaults.source,
        )

    def _place(self, text: str | None) -> str | None:
        if text is None or text in self.pack.places:
            return text
        found = next(
            (key for key, place in self.pack.places.items() if text in (place.name.zh, place.name.en)), None
        )
        if found is None:
            raise refusal("place-unknown", "place", place=text)
        return found

    def _day(self, text: str | None) -> str | None:
        if text is None:
            return None
        try:
            if len(text) == _ISO and text[4] == "-":
                return date.fromisoformat(text).isoformat()
            zone = ZoneInfo(self.pack.zone)
            return written_instant(text, zone).at.astimezone(zone).date().isoformat()
        except ValueError as wrong:
            raise refusal("cell-unreadable", "date", text=text, what=Text("日期", "date")) from wrong


def columns_of(
    pack: Pack, type_: EntryType, heads: Sequence[str], mapped: str, defaults: Defaults, *, keeps: bool = True
) -> Columns:
    """Return how the rows of a table are read.

    Args:
        mapped: 'head=meaning;head=-', as whoever sends the table says it.
        keeps: False: it is tried out, and a column that nobody understands is passed over and listed as such.

    Raises:
        Problem: `column-unknown` or `column-twice`.
    """
    said = dict(part.partition("=")[::2] for part in mapped.split(";") if part.strip())
    wanted = {head.strip(): meant.strip() for head, meant in said.items()}
    meant = [_meaning(type_, head, wanted.get(head)) for head in heads]
    if keeps and UNKNOWN in meant:
        raise refusal("column-unknown", "columns", column=heads[meant.index(UNKNOWN)])
    for name in set(meant) - {IGNORED, UNKNOWN}:
        if meant.count(name) > 1:
            raise refusal("column-twice", "columns", fact=name)
    readers = [_reader(type_.facts[name]) if name in type_.facts else str for name in meant]
    return Columns(type_, pack, meant, readers, defaults)


def _meaning(type_: EntryType, head: str, said: str | None) -> str:
    if not head and said is None:
        return IGNORED
    for text in (said, head) if said is not None else (head,):
        if text == IGNORED or text in type_.facts:
            return str(text)
        if text in _BESIDE:
            return _BESIDE[str(text)]
        named = [key for key, fact in type_.facts.items() if text in (fact.name.zh, fact.name.en)]
        if named:
            return named[0]
    return UNKNOWN


def _reader(fact: LedgerFact) -> Callable[[str], Value]:
    kind = fact.type.kind
    if kind is Kind.TEXT:
        return str
    word = _KINDS[kind]
    what = Text(FACT_KINDS.chinese[word], word)
    choices = {name: key for key, text in fact.value_names.items() for name in (text.zh, text.en)}
    choices |= {value: value for value in fact.type.values}

    def read(text: str) -> Value:
        try:
            if kind is Kind.BOOL:
                return _FLAGS[text.lower()]
            if kind is Kind.CHOICE:
                return choices[text]
            return int(text) if kind is Kind.INT else float(text)
        except (KeyError, ValueError) as wrong:
            raise refusal("cell-unreadable", f"facts.{fact.type.name}", text=text, what=what) from wrong

    return read

"""The ledger as a workbook, and as the paper that is carried on visits.

Decides the columns: one for each fact that the reader reads and that is not sealed, by its name. What is printed is
never read back: the electronic ledger is the one that is kept up (P001-06F.3).
"""

from collections.abc import Iterable, Sequence
from html import escape

from services.ledger.domain.statements import Seal, present, standing_of
from services.ledger.handlers.desk import Desk
from services.ledger.handlers.shown import place_name, shown_facts
from services.ledger.store.reading import ListedEntry
from shared.files.written_workbooks import Cell
from shared.kernel.texts import Language, Text
from shared.rules.logic.facts import Value
from shared.rules.pack.model import EntryType, LedgerFact

_TYPE, _PLACE, _SINCE = Text("条目", "entry"), Text("网格", "grid"), Text("最近更新", "last touched")
_YES, _NO = Text("是", "yes"), Text("否", "no")
_PAPER = Text(
    "纸质台帐：打印于 {day}，只供走访查看，不回录；以电子台帐为准。",
    "Paper ledger, printed on {day}: for visits, never read back; the electronic ledger is the one that holds.",
)
_STYLE = (
    "body{font:12pt serif;margin:2em}table{border-collapse:collapse;width:100%;margin-bottom:1.5em}"
    "td,th{border:1px solid #000;padding:.2em .4em;text-align:left;vertical-align:top}"
)


def open_facts(desk: Desk, types: Iterable[EntryType]) -> dict[str, LedgerFact]:
    """Return the facts that stand in files, by key: those that the reader reads and that are not sealed."""
    return {
        key: fact for type_ in types for key, fact in shown_facts(desk, type_).items() if not fact.is_sealed
    }


def heads_of(facts: Iterable[LedgerFact], language: Language) -> list[str]:
    """Return the heads of a sheet."""
    return [text.in_language(language) for text in (_TYPE, _PLACE, *(fact.name for fact in facts), _SINCE)]


def row_of(desk: Desk, listed: ListedEntry, facts: Iterable[str], language: Language) -> Sequence[Cell]:
    """Return an entry as a row."""
    type_ = desk.ledger.types[listed.entry.type]
    now = present(standing_of(listed.said))
    its = open_facts(desk, [type_])
    cells = [_written(its.get(fact), now.get(fact), language) for fact in facts]
    place = place_name(desk, listed.entry.place).in_language(language)
    return [type_.name.in_language(language), place, *cells, listed.entry.touched_on]


def paper_of(
    desk: Desk, place: str, types: Sequence[EntryType], entries: Sequence[ListedEntry], language: Language
) -> str:
    """Return a grid's ledger as a page to print."""
    title = f"{desk.pack.name.in_language(language)} {place_name(desk, place).in_language(language)}"
    printed = _PAPER.in_language(language).format(day=desk.today.isoformat())
    tables = "".join(_table(desk, type_, entries, language) for type_ in types)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>{tables}"
        f"<p>{escape(printed)}</p></body></html>"
    )


def _table(desk: Desk, type_: EntryType, entries: Sequence[ListedEntry], language: Language) -> str:
    facts = open_facts(desk, [type_])
    its = [each for each in entries if each.entry.type == type_.key]
    head = "".join(f"<th>{escape(text)}</th>" for text in heads_of(facts.values(), language)[2:])
    rows = (row_of(desk, each, facts, language)[2:] for each in its)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    name = escape(type_.name.in_language(language))
    return f"<h2>{name} ({len(its)})</h2><table><tr>{head}</tr>{body}</table>"


def _written(fact: LedgerFact | None, value: Value | Seal | None, language: Language) -> Cell:
    if fact is None or value is None or isinstance(value, Seal):
        return ""
    if isinstance(value, bool):
        return (_YES if value else _NO).in_language(language)
    name = fact.value_names.get(str(value))
    return name.in_language(language) if name else (value if isinstance(value, int) else str(value))

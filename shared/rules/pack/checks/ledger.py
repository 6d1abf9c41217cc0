"""Checks of the ledger: what may be kept of people, that types do not loop, that every entry has a reader.

Decides what looks like a score of a resident: a stated list of words (`scores.toml`), so that nobody has to guess.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from shared.kernel.texts import Text
from shared.rules.language.entries import Entry, entry_of
from shared.rules.logic.facts import Kind
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.checks.loops import loops
from shared.rules.pack.model import OF_RESIDENTS, EntryType, LedgerFact, Pack, TownLedger

_BASIS, _READERS = Text("法律依据", "legal basis"), Text("可见的单位", "readers")
_NUMBERS = (Kind.INT, Kind.DECIMAL)


def check_ledger(pack: Pack, draft: Draft) -> None:
    """Complain of what may not be kept, of circles, of entries that nobody reads."""
    draft.rule = None
    ledger = pack.ledger
    if ledger is None:
        if (item := draft.assembly.root.item("ledger")) is not None:
            draft.complain("ledger-empty", item.head)
        return
    abouts = {key: (type_.about,) for key, type_ in ledger.types.items() if type_.about}
    for loop in loops(abouts):
        where = draft.entries["entry type", loop[0]].where("about")
        draft.complain("ledger-about-loop", where, loop=" → ".join(loop))
    for type_ in ledger.types.values():
        _check_type(draft, ledger, type_)


def _check_type(draft: Draft, ledger: TownLedger, type_: EntryType) -> None:
    entry = draft.entries["entry type", type_.key]
    for key, fact in type_.facts.items():
        _check_fact(draft, type_, fact, entry_of(entry.table("facts")[key]))
    for item in entry.items("groups"):
        fact = type_.facts[str(item.value)]
        if fact.type.kind is not Kind.CHOICE or fact.is_sealed:
            draft.complain("ledger-group-unfit", item.where, fact=item.value)
    _check_same(draft, type_, entry)
    if type_.confirmed_by and type_.stale_after is None:
        draft.complain("ledger-confirms-nothing", entry.where("confirmed_by"), type=type_.key)
    if not _has_reader(ledger, type_):
        draft.complain("ledger-nobody-reads", entry.node.where, type=type_.key)


def _check_same(draft: Draft, type_: EntryType, entry: Entry) -> None:
    for item in entry.items("same"):
        if item.value == "about" and type_.about is None:
            draft.complain("ledger-about-unsaid", item.where)
        if item.value in type_.facts and type_.facts[str(item.value)].long:
            draft.complain("ledger-same-long", item.where, fact=item.value)


def _has_reader(ledger: TownLedger, type_: EntryType) -> bool:
    line = ledger.classes.get(type_.line or "")
    return bool((line and (line.readers or line.keeper)) or ledger.own_grid or ledger.master)


def _check_fact(draft: Draft, type_: EntryType, fact: LedgerFact, entry: Entry) -> None:
    name = fact.type.name
    if fact.sensitive:
        for what in _unsaid(fact):
            draft.complain("ledger-sensitive-open", entry.where("sensitive"), fact=name, what=what)
    elif fact.basis != Text():
        draft.complain("ledger-basis-idle", entry.where("basis"), fact=name)
    if fact.long and fact.type.kind is not Kind.TEXT:
        draft.complain("ledger-long-not-text", entry.where("long"), fact=name)
    word = _score_in(fact) if type_.kind in OF_RESIDENTS else None
    if word is not None:
        draft.complain("ledger-score", entry.where("type"), fact=name, word=word)


def _unsaid(fact: LedgerFact) -> Iterator[Text]:
    if fact.basis == Text():
        yield _BASIS
    if not fact.read_by:
        yield _READERS


def _score_in(fact: LedgerFact) -> str | None:
    """Return the word by which a fact is taken for a score; None: it is none."""
    words = _words()
    wanted = [*words.always, *(words.numbers if fact.type.kind in _NUMBERS else ())]
    if fact.type.kind not in (*_NUMBERS, Kind.CHOICE):
        return None
    said = f"{fact.type.name} {fact.name.zh} {fact.name.en}".lower()
    english = set(re.split(r"[^a-z]+", said))
    return next((word for word in wanted if (word in english if word.isascii() else word in said)), None)


@dataclass(frozen=True, slots=True)
class _ScoreWords:
    always: Sequence[str]
    numbers: Sequence[str]


@cache
def _words() -> _ScoreWords:
    return _ScoreWords(
        **tomllib.loads(files(__package__).joinpath("scores.toml").read_text(encoding="utf-8"))
    )

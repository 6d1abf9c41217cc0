"""Filling in a form: what is given is held against the form, and what few may read is kept apart.

Decides what is refused: an entry that the form does not have, one of another type, and what is missing when a record is
begun or finished.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from services.duties.domain.record import Entry, RecordRow
from services.duties.domain.refusals import refusal
from shared.kernel.texts import Text
from shared.rules.logic.facts import Value, check_facts, typed
from shared.rules.pack.model import Form, FormFact

LONGEST = 5000  # characters of a text of several sentences
Given = Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands on a form.

    Args:
        open: entries that whoever sees the record reads; sealed: those that few may.
    """

    open: dict[str, Entry]
    sealed: dict[str, Entry]
    lines: tuple[RecordRow, ...]


def filled(form: Form, given: Given, rows: tuple[Given, ...], *, is_finished: bool) -> Filled:
    """Return what was given, typed.

    Raises:
        Problem: what the module says is refused; `entries-missing` names all that is missing.
    """
    entries = _entries(form.facts, given)
    _require(form, entries, form.on_opening)
    if is_finished:
        _require(form, entries, form.on_closing)
    if rows and not form.rows:
        raise refusal("rows-unknown", form=form.name)
    sealed = {name: value for name, value in entries.items() if form.facts[name].sealed}
    shown = {name: value for name, value in entries.items() if name not in sealed}
    return Filled(shown, sealed, tuple(RecordRow(_entries(form.rows, row)) for row in rows))


def _require(form: Form, entries: Mapping[str, Entry], needed: tuple[str, ...]) -> None:
    missing = [name for name in needed if entries.get(name) in (None, "", [])]
    if missing:
        names = [form.facts[name].name for name in missing]
        listed = Text("、".join(each.zh for each in names), ", ".join(each.en for each in names))
        raise refusal("entries-missing", {"entry": missing[0]}, form=form.name, missing=listed)


def _entries(declared: Mapping[str, FormFact], given: Given) -> dict[str, Entry]:
    unknown = {name: value for name, value in given.items() if name not in declared}
    if unknown:  # one judge of names: it says which there are
        check_facts({name: fact.type for name, fact in declared.items()}, unknown)
    return {name: _entry(declared[name], value) for name, value in given.items()}


def _entry(fact: FormFact, value: Entry) -> Entry:
    if not fact.many:
        return _value(fact, value)
    if not isinstance(value, list):
        raise refusal("entry-not-list", {"entry": fact.type.name}, entry=fact.name)
    return [_value(fact, each) for each in value]


def _value(fact: FormFact, value: Entry) -> Value:
    if not fact.long or not isinstance(value, str):
        return typed(fact.type, value)
    if len(value) > LONGEST:
        raise refusal("entry-too-long", {"entry": fact.type.name}, entry=fact.name, most=LONGEST)
    return value.strip()

"""Turns a rule file from one language into the other: its keys and closed words, and nothing else.

Only the spans of those words are replaced, as libyaml's marks give them; comments, order, spacing, quotes
and every word of the pack's own stay as they are, character for character. Decides nothing about a pack.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.kernel.texts import Language
from shared.rules.language import nodes, readwords, shapes, vocabulary
from shared.rules.language.errors import Complaints
from shared.rules.language.later import Found, LaterWords
from shared.rules.language.readings import READINGS
from shared.rules.language.scalars import Wrong
from shared.rules.language.schema import RECORDS, keys
from shared.rules.language.shapes import Record, Shape
from shared.rules.language.source import parse
from shared.rules.language.structure import language_of
from shared.rules.language.vocabulary import Words
from shared.rules.logic.facts import Kind
from shared.rules.pack.build.assemble import (
    AREA_ENDING,
    ASSESS_SCENARIO_FILE,
    GRID_SCENARIO_FILE,
    LEDGER_SCENARIO_FILE,
    PAPER_ENDING,
    SCENARIO_FILE,
)
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.build.facts import build_facts
from shared.rules.pack.build.ledger import build_ledger
from shared.rules.pack.build.teams import build_teams
from shared.rules.pack.read import draft_of
from shared.rules.worktime.amount import Amount, format_amount

_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Rewording:
    """One word that is written otherwise."""

    node: nodes.Scalar
    written: str


def reformatted(files: Mapping[str, str], town: str, file: str, language: Language) -> str:
    """Return the text of `file`, one of a town's files, with its keys and closed words in `language`.

    A file of areas, or a template of a paper, has no words of the format and stays as it is.

    Raises:
        PackErrors: the files cannot be read.
    """
    if file.endswith((AREA_ENDING, PAPER_ENDING)):
        return files[file]
    complaints = Complaints()
    draft = draft_of(files, town, complaints)
    build_facts(draft)
    complaints.refuse()
    text = files[file].removeprefix(_MARK)
    tree = parse(text, file, complaints)
    complaints.refuse()
    record = _record_of(file, town)
    if tree is None or language_of(tree, record) == language:
        return files[file]
    kept = _MARK if files[file].startswith(_MARK) else ""
    return kept + _spliced(text, Walker(draft, language_of(tree, record), language).changes(tree, record))


def _record_of(file: str, town: str) -> str:
    if file.endswith(f"/{SCENARIO_FILE}"):
        return "scenario"
    if file.endswith(f"/{LEDGER_SCENARIO_FILE}"):
        return "ledger scenario"
    if file.endswith(f"/{ASSESS_SCENARIO_FILE}"):
        return "assess scenario"
    if file.endswith(f"/{GRID_SCENARIO_FILE}"):
        return "grid scenario"
    return "town" if file.startswith(f"{town}/") else "template"


def _spliced(text: str, changes: Iterator[Rewording]) -> str:
    parts, at = [], 0
    for change in sorted(changes, key=lambda change: change.node.start):
        node = change.node
        quote = "" if node.plain else text[node.start]
        parts += [text[at : node.start], quote, change.written, quote]
        at = node.end
    return "".join([*parts, text[at:]])


def _ledger_flags(draft: Draft) -> frozenset[str]:
    """Facts that are yes or no in some type of entry or of grids, and nothing else in any."""
    ledger = build_ledger(draft)
    teams = build_teams(draft, ledger)
    facts = [
        fact.type for type_ in (ledger.types.values() if ledger else ()) for fact in type_.facts.values()
    ]
    facts += [fact.type for fact in (teams.facts.values() if teams else ())]
    others = {fact.name for fact in facts if fact.kind is not Kind.BOOL}
    return frozenset(fact.name for fact in facts if fact.kind is Kind.BOOL) - others


class Walker:
    """Finds the words of one file that have another form in the other language."""

    def __init__(self, draft: Draft, source: Language, target: Language) -> None:
        self._from: Language = source
        self._to: Language = target
        kinds = {name: fact.type.kind for name, fact in draft.facts.items()}
        flags = {name for name, kind in kinds.items() if kind is Kind.BOOL}
        self._later = LaterWords(source, flags, _ledger_flags(draft))

    def changes(self, tree: nodes.Node, record: str) -> Iterator[Rewording]:
        """Return every word of a file that changes."""
        if isinstance(tree, nodes.Sequence):
            for item in tree.items:
                yield from self._record(RECORDS[record], item)
        else:
            yield from self._record(RECORDS[record], tree)

    def _record(self, record: Record, node: nodes.Node) -> Iterator[Rewording]:
        if not isinstance(node, nodes.Mapping):
            return
        words = keys(record.name)
        for key, value in node:
            known = words.canonical(key.text, self._from)
            if known is not None:
                yield from self._word(Found(words, key))
                yield from self._shape(record.fields[known].shape, value)
        if record.name == "fact":
            yield from self._default(node)

    def _default(self, fact: nodes.Mapping) -> Iterator[Rewording]:
        """A fact's default is a word of the format only where the fact is yes or no."""
        field = {keys("fact").canonical(key.text, self._from): value for key, value in fact}
        type_, default = field.get("type"), field.get("default")
        if isinstance(type_, nodes.Scalar) and isinstance(default, nodes.Scalar):
            is_flag = vocabulary.FACT_KINDS.canonical(type_.text, self._from) == "yes or no"
            yield from self._word(Found(vocabulary.YES_NO, default)) if is_flag else ()

    def _word(self, found: Found) -> Iterator[Rewording]:
        """A closed word, perhaps with more behind it."""
        node, word = found.node, found.node.text if found.beginning is None else found.beginning
        known = found.words.canonical(word, self._from)
        if known is not None and found.words.written(known, self._to) != word:
            yield Rewording(node, found.words.written(known, self._to) + node.text[len(word) :])

    def _shape(self, shape: Shape, node: nodes.Node) -> Iterator[Rewording]:
        if isinstance(shape, shapes.Part) or (isinstance(shape, shapes.Labelled) and _is_record(node)):
            yield from self._record(RECORDS[shape.record], node)
        elif isinstance(shape, shapes.Many):
            yield from self._many(shape, node)
        elif isinstance(shape, shapes.Table):
            yield from self._table(shape, node)
        elif isinstance(shape, shapes.Either):
            yield from self._either(shape, node)
        elif isinstance(shape, shapes.Later):
            for found in self._later.words(shape.of, node):
                yield from self._word(found)
        elif isinstance(node, nodes.Scalar):
            yield from self._scalar(shape, node)

    def _many(self, shape: shapes.Many, node: nodes.Node) -> Iterator[Rewording]:
        for item in node.items if isinstance(node, nodes.Sequence) else [node]:
            yield from self._shape(shape.item, item)

    def _table(self, shape: shapes.Table, node: nodes.Node) -> Iterator[Rewording]:
        for key, value in node if isinstance(node, nodes.Mapping) else ():
            yield from self._shape(shape.key, key)
            if (
                shape.item == shapes.Later("reading")
                and isinstance(value, nodes.Scalar)
                and key.text in READINGS
            ):
                yield from self._word(Found(READINGS[key.text], value))
            else:
                yield from self._shape(shape.item, value)

    def _either(self, shape: shapes.Either, node: nodes.Node) -> Iterator[Rewording]:
        by_node = {nodes.Scalar: shape.scalar, nodes.Sequence: shape.sequence, nodes.Mapping: shape.mapping}
        chosen = by_node[type(node)]
        if chosen is not None:
            yield from self._shape(chosen, node)

    def _scalar(self, shape: Shape, node: nodes.Scalar) -> Iterator[Rewording]:
        written = self._written(shape, node)
        if written is not None and written != node.text:
            yield Rewording(node, written)

    def _written(self, shape: Shape, node: nodes.Scalar) -> str | None:
        """What a scalar says, as the other language writes it; None where nothing changes."""
        if isinstance(shape, shapes.Least):
            return self._canonical(vocabulary.OPEN, node.text)
        if isinstance(shape, shapes.Word):
            return self._canonical(shape.words, node.text)
        if isinstance(shape, shapes.Flag):
            return self._canonical(vocabulary.YES_NO, node.text)
        if isinstance(shape, shapes.Name) and shape.words is not None:
            return self._name(shape, node.text)
        if isinstance(shape, shapes.Occasion):
            return self._occasion(node.text)
        return self._duration(shape, node.text) if isinstance(shape, shapes.Duration) else None

    def _canonical(self, words: Words, text: str) -> str | None:
        known = words.canonical(text, self._from)
        return None if known is None else words.written(known, self._to)

    def _name(self, shape: shapes.Name, text: str) -> str | None:
        known = readwords.name(self._from, shape, text)
        if isinstance(known, Wrong) or shape.words is None:
            return None
        if not shape.first or not known.startswith("first "):
            return shape.words.written(known, self._to)
        first = vocabulary.FIRST.written("first", self._to) + (" " if self._to == "en" else "")
        return first + shape.words.written(known.removeprefix("first "), self._to)

    def _occasion(self, text: str) -> str | None:
        known = readwords.occasion(self._from, text)
        if isinstance(known, Wrong):
            return None
        clock, is_clock, event = known.rpartition(" ")
        if not is_clock:
            return vocabulary.MILESTONES.written(known, self._to)
        written = vocabulary.CLOCK_EVENTS.written(event, self._to)
        return f"{vocabulary.CLOCKS.written(clock, self._to)} {written}"

    def _duration(self, shape: shapes.Duration, text: str) -> str | None:
        """An amount in its usual form; one that is written in another way stays as it is."""
        amount = readwords.duration(self._from, shape, text)
        if isinstance(amount, Amount):
            usual = {language: _usual(amount, shape, language) for language in (self._from, self._to)}
            return usual[self._to] if usual[self._from] == text else None
        return None if isinstance(amount, Wrong) else vocabulary.BY_PERSON.written(amount, self._to)


def _is_record(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Mapping) and not shapes.is_text(node.entries)


def _usual(amount: Amount, shape: shapes.Duration, language: Language) -> str:
    written = format_amount(amount, language)
    if not shape.before:
        return written
    return f"提前{written}" if language == "zh" else f"{written} before"

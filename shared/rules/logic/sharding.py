"""A table compiled for durable-rules: rule sets in its own JSON shape, ready to be handed over.

Every rule is wrapped as "a case, and the condition"; every set begins with a probe rule that no case fires.
One operator a term, no empty group, no text, no `$ex`, no `$nex`, no expression. Decides nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any as Anything
from typing import NamedTuple, TypeGuard

from shared.rules.logic.atoms import Atom, Conjunction, Disjunction, Form, atoms_of, size_of
from shared.rules.logic.encoding import CASE, PROBE, Encoding
from shared.rules.logic.facts import FactType, Value
from shared.rules.logic.network import bearable_runs
from shared.rules.logic.normal import FALSE, AllOf, Leaf, Normal, Relation, normal_form
from shared.rules.logic.packing import Aim, Gate, Piece, RuleGroup, grouped
from shared.rules.logic.rulebook import Row

PROBE_RULE = "probe"
_MOST_KEYS = 4  # values of a list under each of which its rule may stand
_TELLING = 0.25  # of a fact's values, at most, in a list that is asked early


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One set: its rules as durable-rules takes them, the lowest of their places, and the gate before it.

    Args:
        rules: place in the table as text → rule; the probe rule among them.
        lowest: place of its first rule: a set that can only bring a later one need not be asked.
        gate: None: every case is put to it.
    """

    rules: Mapping[str, dict[str, Anything]]
    lowest: int
    gate: Gate | None


@dataclass(frozen=True, slots=True)
class CompiledTable:
    """A whole table, compiled; sets in the order of their lowest rules.

    Args:
        encoding: how facts are handed over.
        repeats: a rule may fire in several ways at once.
    """

    encoding: Encoding
    sets: tuple[RuleSet, ...]
    repeats: bool = True


class _EqualityCount(NamedTuple):
    """How often rules ask a fact for equality, and for how many values."""

    rules: int
    values: int


_UNASKED = _EqualityCount(0, 0)


def compile_rules(rows: Sequence[Row], declared: Mapping[str, FactType], aim: Aim = "all") -> CompiledTable:
    """Compile a sound table, to ask for the first rule or for all. Rules that can never hold are left out.

    Args:
        rows: in file order; `rulebook.require_sound` has passed them.
        declared: type of each fact by its name.
        aim: the kind of question.
    """
    normal = [(number, normal_form(row.when)) for number, row in enumerate(rows)]
    # One that never holds would be an empty group. Its place stays empty: places are those of the file.
    pieces = [_piece(number, form, declared) for number, form in normal if form != FALSE]
    writer = _Writer(Encoding([piece.form for piece in pieces], declared), declared, _asked(pieces))
    sets = (rules for group in grouped(pieces, aim) for rules in writer.sets(group))
    # A rule with several ways to hold fires once for each: whoever asks for all has to count it once.
    repeats = any(size_of(piece.form).paths > 1 for piece in pieces)
    return CompiledTable(writer.encoding, tuple(sorted(sets, key=lambda rules: rules.lowest)), repeats)


def _piece(number: int, normal: Normal, declared: Mapping[str, FactType]) -> Piece:
    parts = normal.parts if isinstance(normal, AllOf) else (normal,)
    return Piece(number, atoms_of(normal, declared), tuple(part for part in parts if _is_key(part)))


def _is_key(part: Normal) -> TypeGuard[Leaf]:
    return (
        isinstance(part, Leaf)
        and part.relation is Relation.IN
        and not part.when_missing
        and len(part.operands) <= _MOST_KEYS
    )


def _asked(pieces: Sequence[Piece]) -> dict[str, _EqualityCount]:
    asked: defaultdict[str, list[Value]] = defaultdict(list)
    for leaf in (leaf for piece in pieces for leaf in piece.keys):
        asked[leaf.fact] += leaf.operands
    return {fact: _EqualityCount(len(values), len(set(values))) for fact, values in asked.items()}


@dataclass(frozen=True, slots=True)
class _Writer:
    encoding: Encoding
    declared: Mapping[str, FactType]
    asked: Mapping[str, _EqualityCount]

    def sets(self, group: RuleGroup) -> Iterator[RuleSet]:
        fact = group.gate.fact if group.gate else None
        terms = [self._rule_terms(piece, fact) for piece in group.pieces]
        for run in bearable_runs(terms):
            together = [(group.pieces[place].number, terms[place]) for place in run]
            yield RuleSet(_rules(together), together[0][0], group.gate)

    def _rule_terms(self, piece: Piece, fact: str | None) -> list[dict[str, Anything]]:
        key = piece.key(fact)
        return [{CASE: 1}, *self._terms(piece.form, atoms_of(key, self.declared) if key else None)]

    def _terms(self, form: Form, gate: Form | None) -> list[dict[str, Anything]]:
        parts = form.parts if isinstance(form, Conjunction) else (form,)
        return [self._term(part) for part in sorted(parts, key=lambda part: self._rank(part, gate))]

    def _term(self, form: Form) -> dict[str, Anything]:
        if isinstance(form, Atom):
            return self.encoding.condition(form)
        if not form.parts:
            raise ValueError("an empty group would fire for ever")
        if isinstance(form, Conjunction):
            return {"$and": self._terms(form, None)}
        return {"$or": [self._term(part) for part in form.parts]}

    def _rank(self, part: Form, gate: Form | None) -> tuple[int, int]:
        """What the gate asks, then what few values pass, then what many rules ask: they share nodes."""
        if part == gate:
            return 0, 0
        atoms = _equalities(part)
        asked = self.asked.get(atoms[0].fact, _UNASKED) if atoms else _UNASKED
        if len(atoms) <= _TELLING * asked.values:
            return (1 if atoms else 3 if isinstance(part, Atom) else 4), -asked.rules
        return (2 if isinstance(part, Atom) else 4), -asked.rules


def _equalities(form: Form) -> list[Atom]:
    """The comparisons of a form that is one equality, or a list of them; else none."""
    parts = form.parts if isinstance(form, Disjunction) and form.exclusive else (form,)
    atoms = [part for part in parts if isinstance(part, Atom) and part.operator == "$eq"]
    return atoms if len(atoms) == len(parts) else []


def _rules(together: Sequence[tuple[int, list[dict[str, Anything]]]]) -> dict[str, dict[str, Anything]]:
    """A set in durable-rules' own shape. Lower `pri` fires first, and one is missing nowhere: it would count as 0.

    The probe is fired once when the set is built, since freeing a state in which nothing ever fired crashes.
    """
    rules = {PROBE_RULE: _rule([{PROBE: 1}], 1)}
    for place, (number, terms) in enumerate(together):
        rules[str(number)] = _rule(terms, place + 2)
    return rules


def _rule(terms: list[dict[str, Anything]], priority: int) -> dict[str, Anything]:
    return {"all": [{"m": {"$and": terms}}], "pri": priority}

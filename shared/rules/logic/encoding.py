"""How facts are handed to durable-rules: short names, small numbers, one flat message.

durable-rules knows a name only by a 32-bit hash, compares texts byte by byte as they were escaped, and takes
`"5"` for 5. So no name and no text of a rule or a case ever reaches it: facts are renamed, and every text
that a rule names becomes a number. Numbers go as they are. Decides nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from string import ascii_lowercase
from typing import Any as Anything

from shared.rules.logic.atoms import NUMBERS, Atom, Form
from shared.rules.logic.facts import Facts, FactType, Kind, Value

CASE = "c"  # every message carries it, every rule asks for it first
PROBE = "p"  # fires the probe rule of a set; no case carries it
MESSAGE_ID = "1"  # one constant id, so that no two can collide
_RESERVED = ("id", "sid", CASE, PROBE, "$s", "$forward")
_MISSING, _UNNAMED, _FIRST = 0, 1, 2  # numbers of a text: none known, none that a rule names, the first named
_FNV_BASIS, _FNV_PRIME = 2166136261, 16777619


class Encoding:
    """Names and numbers for the facts that a table tests. Immutable.

    Args:
        forms: of all rules of the table.
        declared: type of each fact by its name.
    """

    def __init__(self, forms: Sequence[Form], declared: Mapping[str, FactType]) -> None:
        atoms = [atom for form in forms for atom in atoms_in(form)]
        tested = dict.fromkeys(atom.fact for atom in atoms)
        flagged = dict.fromkeys(atom.fact for atom in atoms if atom.of_flag)
        names = short_names()
        self._names = {fact: next(names) for fact in tested}
        self._flags = {fact: next(names) for fact in flagged}
        self._kinds = {fact: declared[fact].kind for fact in tested}
        self._numbers = _numbered(atom for atom in atoms if self._kinds[atom.fact] not in NUMBERS)
        self._coded = [self._coded_field(fact) for fact in tested if self._kinds[fact] not in NUMBERS]
        self._plain = [self._plain_field(fact) for fact in tested if self._kinds[fact] in NUMBERS]

    def condition(self, atom: Atom) -> dict[str, Anything]:
        """The atom as durable-rules writes it: `{name: value}` or `{operator: {name: value}}`.

        Raises:
            KeyError: it is of no form that the encoding was made of.
            TypeError: a number is compared with what is none.
        """
        name = self._flags[atom.fact] if atom.of_flag else self._names[atom.fact]
        term = {name: self._operand(atom)}
        return term if atom.operator == "$eq" else {atom.operator: term}

    def message(self, facts: Facts) -> str:
        """The case as one flat JSON object of numbers.

        Put together by hand: it is made for every case, and the parts between the numbers never change.
        """
        get = facts.get
        fields = [field(get(fact), unnamed) for fact, field, unnamed in self._coded]
        for fact, name, known, missing in self._plain:
            value = get(fact)
            fields.append(missing if value is None else f"{name}{value!r}{known}")
        return f'{{"id":"{MESSAGE_ID}","{CASE}":1{"".join(fields)}}}'

    def _operand(self, atom: Atom) -> int | float:
        kind = self._kinds[atom.fact]
        if atom.of_flag:
            return 1 if atom.value else 0
        if kind not in NUMBERS:
            return _MISSING if atom.value is None else self._numbers[atom.fact][atom.value]
        if atom.value is None or isinstance(atom.value, str):
            raise TypeError(f"{atom.fact} is compared with no number")
        return float(atom.value) if kind is Kind.DECIMAL else atom.value

    def _coded_field(self, fact: str) -> tuple[str, Anything, str]:
        # Texts that no rule names have one number for all: no rule can tell them apart.
        name = self._names[fact]
        fields: dict[Value | None, str] = {
            value: f',"{name}":{number}' for value, number in self._numbers.get(fact, {}).items()
        }
        fields[None] = f',"{name}":{_MISSING}'
        return fact, fields.get, f',"{name}":{_UNNAMED}'

    def _plain_field(self, fact: str) -> tuple[str, str, str, str]:
        flag = self._flags.get(fact)
        known, missing = (f',"{flag}":1', f',"{flag}":0') if flag else ("", "")
        return fact, f',"{self._names[fact]}":', known, missing


def atoms_in(form: Form) -> Iterable[Atom]:
    """Every atom, from left to right."""
    if isinstance(form, Atom):
        yield form
    else:
        for part in form.parts:
            yield from atoms_in(part)


def short_names() -> Iterator[str]:
    """Names of one or two letters whose hashes differ from each other and from those that messages need."""
    taken = {fnv_hash(name) for name in _RESERVED}
    for name in (*ascii_lowercase, *map("".join, product(ascii_lowercase, repeat=2))):
        if name not in _RESERVED and fnv_hash(name) not in taken:
            taken.add(fnv_hash(name))
            yield name


def fnv_hash(name: str) -> int:
    """The 32-bit hash by which durable-rules knows a name."""
    value = _FNV_BASIS
    for byte in name.encode():
        value = (value ^ byte) * _FNV_PRIME % 2**32
    return value


def _numbered(atoms: Iterable[Atom]) -> dict[str, dict[Value, int]]:
    numbers: dict[str, dict[Value, int]] = {}
    for atom in atoms:
        if atom.value is not None:
            values = numbers.setdefault(atom.fact, {})
            values.setdefault(atom.value, _FIRST + len(values))
    return numbers

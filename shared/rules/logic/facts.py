"""Which facts may be known of a case, and the one gate through which they enter.

Decides whether a value is of its fact's type, and brings equal values to one form (NFC text, four decimal
places). Must not know what any fact means, nor where it comes from.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any as Anything
from typing import NoReturn
from unicodedata import category, is_normalized, normalize

from shared.kernel.problems import Problem
from shared.kernel.unseen import without_unseen
from shared.rules.logic.wording import cause_and_remedy, kind_words, nearest_terms, shown, value_words

LARGEST = 2**53  # beyond it a double cannot tell neighbours apart
LONGEST_TEXT = 200
PLACES = 4
_LONGEST_NAME = 100
_MOST_VALUES = 2000

Value = bool | int | float | str


class Kind(StrEnum):
    """What a fact's value is."""

    BOOL = "bool"  # yes or no
    INT = "int"  # an integer, within LARGEST either way
    DECIMAL = "decimal"  # a number with four decimal places, within LARGEST either way
    TEXT = "text"  # up to 200 characters, compared as a whole
    CHOICE = "choice"  # one of the declared values


class FactError(Problem, ValueError):
    """A fact is not what it was declared to be; `fact` names it.

    Args:
        code: of `words.toml`.
        fact: its name as it was given.
        terms: for the sentences of the code.
    """

    def __init__(self, code: str, fact: object, **terms: object) -> None:
        cause, remedy = cause_and_remedy(code, fact=shown(fact), **terms)
        super().__init__(code, cause, remedy, {"fact": shown(fact)})

    @property
    def fact(self) -> str:
        """The name of the fact concerned, as given (shortened to what can be shown)."""
        return str(self.where["fact"])


@dataclass(frozen=True, slots=True)
class FactType:
    """One declared fact: its name, its kind, and for a choice its values, for numbers their bounds.

    Names and values are brought to NFC; bounds are inclusive.

    Args:
        values: of a choice, one at least; empty for any other kind.
        low: least number; None: no bound but `LARGEST`. high: greatest.

    Attributes:
        allowed: the values, to look one up in.

    Raises:
        FactError: the name, the values or the bounds do not hold together.
    """

    name: str
    kind: Kind
    values: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    allowed: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", normalised(self.name))
        object.__setattr__(self, "kind", Kind(self.kind))
        object.__setattr__(self, "values", tuple(normalised(value) for value in self.values))
        object.__setattr__(self, "allowed", frozenset(self.values))
        if not is_name(self.name, _LONGEST_NAME):
            raise FactError("bad-name", self.name, name=shown(self.name))
        self._check_values()
        self._check_bounds()

    def _check_values(self) -> None:
        fitting = (self.kind is Kind.CHOICE) == bool(self.values)
        distinct = len(self.allowed) == len(self.values) <= _MOST_VALUES
        if not (fitting and distinct and all(is_name(value, LONGEST_TEXT) for value in self.values)):
            raise FactError("bad-choices", self.name)

    def _check_bounds(self) -> None:
        bounds = [bound for bound in (self.low, self.high) if bound is not None]
        numeric = self.kind in (Kind.INT, Kind.DECIMAL)
        if not all(type(bound) is int and abs(bound) <= LARGEST for bound in bounds) or (
            bounds and (not numeric or bounds != sorted(bounds))
        ):
            raise FactError("bad-bounds", self.name)


class Facts(dict[str, Value]):
    """Facts that have passed the gate; they can be read, not changed.

    `dict(facts)` is a plain copy, which passes the gate again before it is judged.

    Args:
        values: typed and normalised; only `check_facts` and `ensured` should make one.
        declared: what they were checked against.
    """

    __slots__ = ("declared",)

    def __init__(self, values: Mapping[str, Value], declared: Mapping[str, FactType]) -> None:
        super().__init__(values)
        self.declared = declared

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("checked facts do not change; copy them with dict(facts)")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Anything, ...]:
        # A pickled or copied one comes back plain: what left the process must pass the gate again.
        return dict, (dict(self),)


def check_facts(
    declared: Mapping[str, FactType], given: Mapping[str, object], *, exact: bool = False
) -> Facts:
    """Return the given facts, typed and normalised; `None` means that nothing is known.

    Exact types: a yes is no number, a text in digits is no number. Texts become NFC, numbers of kind
    DECIMAL floats with four places.

    Args:
        declared: type of each fact by its name.
        given: by name; not all that are declared need be.
        exact: a number with more than four decimal places is refused instead of rounded.

    Raises:
        FactError: the first fact that is undeclared, given twice, not of its type, or too fine.
    """
    checked: dict[str, Value] = {}
    renamed: set[str] = set()
    for name, value in given.items():
        # Nearly every name is in its one form already; only a name that is not found is brought to it. Then the same
        # fact may have been given under both.
        fact = declared.get(name)
        if fact is None:
            fact = _declared_as(declared, name)
            if fact.name in given or fact.name in renamed:
                raise FactError("given-twice", fact.name)
            renamed.add(fact.name)
        if value is not None:
            checked[fact.name] = _TYPED[fact.kind](fact, value)
            if exact and fact.kind is Kind.DECIMAL and checked[fact.name] != value:
                raise FactError("too-fine", fact.name, value=value, places=PLACES)
    return Facts(checked, declared)


def _declared_as(declared: Mapping[str, FactType], name: object) -> FactType:
    if not isinstance(name, str):
        raise FactError("bad-name", name, name=shown(name))
    fact = declared.get(normalised(name))
    if fact is None:
        raise FactError("unknown-fact", name, name=shown(name), **nearest_terms(name, tuple(declared)))
    return fact


def typed(fact: FactType, value: object) -> Value:
    """Return `value` in the one form that its kind has.

    Raises:
        FactError: it is not of the kind, or outside the declared values or bounds.
    """
    return _TYPED[fact.kind](fact, value)


def _bool(fact: FactType, value: object) -> bool:
    return value if isinstance(value, bool) else _wrong_type(fact, value)


def _choice(fact: FactType, value: object) -> str:
    if type(value) is not str:
        _wrong_type(fact, value)
    if value in fact.allowed:
        return value
    normal = normalised(value)
    if normal not in fact.allowed:
        raise FactError("unknown-value", fact.name, value=shown(value), **nearest_terms(normal, fact.values))
    return normal


def _text(fact: FactType, value: object) -> str:
    if type(value) is not str:
        _wrong_type(fact, value)
    text = normalised(value)
    if len(text) > LONGEST_TEXT:
        raise FactError("text-too-long", fact.name)
    if not is_text(text):
        raise FactError("bad-text", fact.name)
    return text


def _integer(fact: FactType, value: object) -> int:
    # Not `isinstance`: to Python a bool is an int as well.
    if type(value) is not int:
        _wrong_type(fact, value)
    if abs(value) > LARGEST:
        raise FactError("too-large", fact.name)
    _within(fact, value)
    return value


def _decimal(fact: FactType, value: object) -> float:
    if type(value) is not float and type(value) is not int:
        _wrong_type(fact, value)
    if type(value) is float and not math.isfinite(value):
        raise FactError("not-finite", fact.name)
    if abs(value) > LARGEST:
        raise FactError("too-large", fact.name)
    # Rounded, since durable-rules compares decimals as they were written. The sum turns -0.0 into 0.0.
    number = round(float(value), PLACES) + 0.0
    _within(fact, number)
    return number


_TYPED: Mapping[Kind, Callable[[FactType, object], Value]] = {
    Kind.BOOL: _bool,
    Kind.INT: _integer,
    Kind.DECIMAL: _decimal,
    Kind.TEXT: _text,
    Kind.CHOICE: _choice,
}


def _within(fact: FactType, number: float) -> None:
    too_low = fact.low is not None and number < fact.low
    if too_low or (fact.high is not None and number > fact.high):
        low = "-∞" if fact.low is None else fact.low
        high = "∞" if fact.high is None else fact.high
        raise FactError("out-of-bounds", fact.name, value=number, low=low, high=high)


def _wrong_type(fact: FactType, value: object) -> NoReturn:
    kind, got = kind_words(fact.kind), value_words(value)
    raise FactError("wrong-type", fact.name, kind_zh=kind.zh, kind_en=kind.en, got_zh=got.zh, got_en=got.en)


def normalised(text: str) -> str:
    """Return the text in NFC, without what nobody sees; one too long to be accepted anyway is left as it is."""
    if text.isascii() or len(text) > 4 * LONGEST_TEXT:
        return text
    seen = without_unseen(text)
    return seen if is_normalized("NFC", seen) else normalize("NFC", seen)


def is_text(text: str) -> bool:
    """Tell whether the text has neither NUL characters nor lone surrogates: not every store or parser takes them."""
    if "\0" in text:
        return False
    return text.isascii() or not any("\ud800" <= mark <= "\udfff" for mark in text)


def is_name(text: object, longest: int) -> bool:
    """Tell whether the text can name something: not blank, not too long, no control characters.

    Args:
        longest: characters at most.
    """
    return (
        isinstance(text, str)
        and 0 < len(text) <= longest
        and not text.isspace()
        and not any(category(mark) in ("Cc", "Cs") for mark in text)
    )


def ensured(declared: Mapping[str, FactType], facts: Mapping[str, object]) -> Facts:
    """Return facts checked against `declared`, checking only what has not passed this gate yet.

    Args:
        facts: plain, or `Facts` that were checked before, perhaps against other declarations.

    Raises:
        FactError: as `check_facts`.
    """
    if type(facts) is not Facts:  # exactly: what is derived from it could have changed
        return check_facts(declared, facts)
    if facts.declared is declared:
        return facts
    return Facts(facts, declared) if facts.declared == declared else check_facts(declared, facts)

"""What two packs have in common, kept once: towns on one template, or with a neighbour's rules, differ in little.

Decides which parts of two packs are the same. Must not know what any of them says: a pack among others of its kind is
equal to what it was alone.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from sys import getsizeof
from threading import Lock
from typing import Any, TypeVar

from shared.kernel.frozen import is_slotted, remade, values_of
from shared.rules.pack.model import Hidden, Limit, Notice, Pack, RoutingRule

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")
# Equal ones of the same class are the same in every way; fractions are not: 0.0 is -0.0.
_PLAIN = frozenset({str, int, bytes, date, timedelta})
_RULES = (RoutingRule, Limit, Notice, Hidden)


class PackKind:
    """Packs that are alike: the first of them, and its parts for those that come after. Safe to share between threads.

    Args:
        first: the pack to which the others are held.
    """

    def __init__(self, first: Pack) -> None:
        self.first = first

    def joined(self, pack: Pack) -> Pack:
        """Return a pack with the first one's own objects wherever the two say the same; equal to what it was."""
        return alike(pack, self.first)

    def own_bytes(self, pack: Pack) -> int:
        """Return the room that a pack takes beside the first, and of the first itself all of it; in bytes."""
        beside = set() if pack is self.first else set(self.places)
        return sum(getsizeof(part) for part in _parts(pack, beside))

    @cached_property
    def parts(self) -> tuple[Any, ...]:
        """All that the first pack is made of, each once."""
        return tuple(_parts(self.first, set()))

    @cached_property
    def places(self) -> dict[int, int]:
        """Where in `parts` an object stands, by its id; they live as long as this does."""
        return {id(part): place for place, part in enumerate(self.parts)}


class PackKinds:
    """The kinds of packs that a process has met, bounded in number; shared by all its threads.

    Args:
        most: how many are kept; the one met first is the first to go, and lives on with those who have joined it.
    """

    def __init__(self, most: int = 64) -> None:
        self._most = most
        self._kinds: dict[Hashable, PackKind] = {}
        self._lock = Lock()

    def of(self, pack: Pack, files: Mapping[str, str]) -> PackKind:
        """Return the kind of a pack: that of the templates it uses, or else of the rules that it has.

        Args:
            files: from which it was built; the pack is the first of its kind where there was none before.
        """
        templates = [named for named in files.items() if not named[0].startswith(f"{pack.town}/")]
        ruled: list[RoutingRule | Limit | Notice] = [*pack.routing, *pack.limits, *pack.tell]
        rules = [rule.origin.rule for rule in ruled]
        with self._lock:
            kind = self._kinds.setdefault(tuple(sorted(templates) or rules), PackKind(pack))
            while len(self._kinds) > self._most:
                del self._kinds[next(iter(self._kinds))]
            return kind


def alike(new: T, known: object) -> T:
    """Return `new`, made of the objects of `known` as far as they are equal in class, value and order.

    Args:
        new: values of a pack; not changed.
        known: what stands in the same place of another pack, whatever it is.
    """
    kind: Any = type(new)
    if new is known or type(known) is not kind:
        return new
    if kind in _PLAIN:
        return known if new == known else new
    if kind is Decimal:  # 2 and 2.0 are equal, and are written otherwise
        return known if str(new) == str(known) else new  # type: ignore[return-value]
    if kind is tuple:
        return _tuple(new, known)  # type: ignore[arg-type,return-value]
    if kind is dict:
        return _dict(new, known)  # type: ignore[arg-type,return-value]
    if kind is frozenset:
        return _set(new, known)  # type: ignore[arg-type,return-value]
    return _object(new, known) if is_slotted(kind) else new  # type: ignore[arg-type]  # classes are hashable


def _object(new: T, known: Any) -> T:
    kind: Any = type(new)
    values, theirs = values_of(kind)(new), values_of(kind)(known)
    found = tuple(map(alike, values, theirs))
    if _are_same(found, theirs):
        return known  # type: ignore[no-any-return]  # of the same class
    return new if _are_same(found, values) else remade(kind, *found)


def _tuple(new: tuple[Any, ...], known: tuple[Any, ...]) -> tuple[Any, ...]:
    found = tuple(map(alike, new, _counterparts(new, known)))
    if _are_same(found, known):
        return known
    return new if _are_same(found, new) else found


def _counterparts(new: tuple[Any, ...], known: tuple[Any, ...]) -> Sequence[Any]:
    """Rules by their names: a town that has one more, or leaves one out, moves all those behind it."""
    if not new or not isinstance(new[0], _RULES):
        return known[: len(new)] + (None,) * (len(new) - len(known))
    named = {rule.origin.rule: rule for rule in known}
    return [named.get(rule.origin.rule) for rule in new]


def _dict(new: dict[K, V], known: dict[K, V]) -> dict[K, V]:
    keys = {key: key for key in known}
    found = {alike(key, keys.get(key)): alike(value, known.get(key)) for key, value in new.items()}
    # Also their order is part of what they say: the categories of a pack are offered in it.
    if _are_same([*found], [*known]) and _are_same([*found.values()], [*known.values()]):
        return known
    return found


def _set(new: frozenset[Any], known: frozenset[Any]) -> frozenset[Any]:
    kinds = {type(each) for each in (*new, *known)}  # of more than one, 1 and True would be equal
    return known if new == known and (len(kinds) < 2 and float not in kinds) else new


def _are_same(some: Sequence[Any], others: Sequence[Any]) -> bool:
    return len(some) == len(others) and all(map(_is, some, others))


def _is(this: object, other: object) -> bool:
    return this is other


def _parts(whole: Any, seen: set[int]) -> Iterator[Any]:
    """Yield what a value is made of, the whole first; each object once, and none of those `seen`."""
    if id(whole) in seen:
        return
    kind: Any = type(whole)
    inner: Sequence[Any] = ()
    if kind is tuple or kind is frozenset:
        inner = tuple(whole)
    elif kind is dict:
        inner = (*whole, *whole.values())
    elif is_slotted(kind):
        inner = values_of(kind)(whole)
    elif kind not in _PLAIN and kind not in (float, Decimal):
        return  # members of a choice, None and the like, of which there is one each anyway
    seen.add(id(whole))
    yield whole
    for part in inner:
        yield from _parts(part, seen)

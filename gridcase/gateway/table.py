"""The table of routes: for a path, the service that owns it and the methods that it has there.

Decides what may stand side by side: a path has one owner, whatever the method, since OPTIONS is answered at
every path and must name all its methods. Must not know what a route does.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from gridcase.gateway.patterns import PathPattern

# A proxy would tidy these up and find another path than the service, which sees them as they stand.
_NO_VALUES = frozenset({"", ".", ".."})


class RouteCollision(Exception):
    """Two services declare the same path; the message names every such pair and says what to do."""


@dataclass(frozen=True, slots=True)
class Route:
    """One path pattern of one service.

    Args:
        owner: the service's name.
        methods: as HTTP spells them, HEAD and OPTIONS among them where they are answered.
        prefix: what the gateway puts before the service's own path and takes away again, such as '/intake'.
    """

    pattern: PathPattern
    owner: str
    methods: frozenset[str]
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class PathOwner:
    """What the table knows of a path.

    Args:
        methods: of all patterns that mean the path; they have one owner.
    """

    owner: str
    methods: frozenset[str]
    prefix: str


@dataclass(slots=True)
class _Branch:
    """All patterns that begin with the same segments."""

    fixed: dict[str, "_Branch"] = field(default_factory=dict)
    variable: "_Branch | None" = None
    route: Route | None = None


class RouteTable:
    """All routes of a house.

    Args:
        routes: of every service; several of one service with the same pattern become one.

    Raises:
        RouteCollision: a path has two owners.
    """

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = _merged(routes)
        _refuse_collisions(self.routes)
        self._root = _Branch()
        for route in self.routes:
            _grow(self._root, route)

    @property
    def owners(self) -> tuple[str, ...]:
        """The services that own at least one path, by name."""
        return tuple(sorted({route.owner for route in self.routes}))

    def at(self, path: str) -> PathOwner | None:
        """Return who owns a path, or None where nobody does.

        Args:
            path: percent-decoded, as it stands: doubled slashes and dots are no other spelling of a path here.
        """
        # Mostly one pattern means a path; '…/cases/export' is meant by '…/cases/<case>' too, whose methods count.
        found = list(_walk(self._root, path.split("/")[1:], 0))
        if not found:
            return None
        first = found[0]
        methods = first.methods if len(found) == 1 else frozenset().union(*(each.methods for each in found))
        return PathOwner(first.owner, methods, first.prefix)


def _walk(branch: _Branch, segments: Sequence[str], depth: int) -> Iterator[Route]:
    """Yield the routes that mean a path, fixed segments before variable ones."""
    if depth == len(segments):
        if branch.route is not None:
            yield branch.route
        return
    segment = segments[depth]
    if (fixed := branch.fixed.get(segment)) is not None:
        yield from _walk(fixed, segments, depth + 1)
    if branch.variable is not None and segment not in _NO_VALUES:
        yield from _walk(branch.variable, segments, depth + 1)


def _grow(root: _Branch, route: Route) -> None:
    branch = root
    for segment in route.pattern.segments:
        if segment is not None:
            branch = branch.fixed.setdefault(segment, _Branch())
            continue
        if branch.variable is None:
            branch.variable = _Branch()
        branch = branch.variable
    branch.route = route


def _merged(routes: Iterable[Route]) -> tuple[Route, ...]:
    """A service declares each method by itself: join those of one path, narrower patterns first."""
    joined: dict[tuple[object, ...], Route] = {}
    for route in routes:
        key = (route.pattern.segments, route.owner)
        known = joined.get(key, route)
        joined[key] = Route(known.pattern, route.owner, known.methods | route.methods, route.prefix)
    return tuple(sorted(joined.values(), key=lambda route: (route.pattern.order, route.owner)))


def _refuse_collisions(routes: Sequence[Route]) -> None:
    pairs = [
        _told(mine, theirs)
        for mine, theirs in combinations(routes, 2)
        if mine.owner != theirs.owner and mine.pattern.overlaps(theirs.pattern)
    ]
    if pairs:
        raise RouteCollision("\n".join(pairs))


def _told(mine: Route, theirs: Route) -> str:
    return (
        f"{mine.owner} ({mine.pattern.rule}) and {theirs.owner} ({theirs.pattern.rule}) both answer at "
        f"{mine.pattern.example(theirs.pattern)}: a path belongs to one service; rename it in one of them"
    )

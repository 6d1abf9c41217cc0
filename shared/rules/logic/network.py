"""The network that durable-rules builds from a set of rules, mirrored to see that a set is within its limits.

durable-rules puts every term under the one before it, shares equal terms under one parent, and joins the
branches of a group in a node of its own. It checks these limits badly or not at all: past them it overwrites
memory, hangs or crashes. Decides nothing but whether a set is small enough.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any as Anything

MOST_PENDING = 60  # nodes that wait to be visited; its stack ends at 64
MOST_SIBLINGS = 400  # terms under one node; its bucket ends, without an end, at 512
MOST_FOLLOWERS = 100  # groups that go on from one node; its list ends at 128
MOST_ALIKE = 200  # rules on one identical condition; 256 crash it
MOST_RULES = 120  # in a set; every firing looks through all of them

Term = Mapping[str, Anything]


@dataclass(slots=True, eq=False)
class _Node:
    operator: str = "$eq"
    name: str = ""
    terms: dict[tuple[str, str, object], "_Node"] = field(default_factory=dict)
    followers: list["_Node"] = field(default_factory=list)
    rules: int = 0
    pending: int = 1

    def measure(self) -> None:
        """How many nodes can wait at once from here on: of equalities on one name, one holds."""
        equal: defaultdict[str, int] = defaultdict(int)
        total = sum(follower.pending for follower in self.followers)
        for term in self.terms.values():
            if term.operator == "$eq":
                equal[term.name] = max(equal[term.name], term.pending)
            else:
                total += term.pending
        self.pending = max(1, total + sum(equal.values()))

    def is_bearable(self) -> bool:
        """Tell whether durable-rules bears what hangs on this node."""
        return (
            self.pending <= MOST_PENDING
            and len(self.terms) <= MOST_SIBLINGS
            and len(self.followers) <= MOST_FOLLOWERS
            and self.rules <= MOST_ALIKE
        )


class Network:
    """The network of one set while rules are added to it."""

    def __init__(self) -> None:
        self._root = _Node()
        self._count = 0

    def add(self, terms: Sequence[Term]) -> bool:
        """Add a rule; tell whether the set is still bearable. One that is not is to be thrown away.

        Args:
            terms: as durable-rules takes them, in the order in which they are to be tested.
        """
        touched = [self._root]
        end = self._root
        for term in terms:
            end = self._under(end, term, touched)
        end.rules += 1
        self._count += 1
        # From the end: how much can wait at a node follows from what hangs on it.
        for node in reversed(touched):
            node.measure()
        return self._count <= MOST_RULES and all(node.is_bearable() for node in touched)

    def _under(self, parent: _Node, term: Term, touched: list[_Node]) -> _Node:
        ((operator, operand),) = term.items()
        if operator == "$or":
            return self._joined(parent, operand, touched)
        if operator == "$and":
            for part in operand:
                parent = self._under(parent, part, touched)
            return parent
        if operator[0] != "$":  # durable-rules writes an equality without an operator
            operator, operand = "$eq", term
        ((name, value),) = operand.items()
        node = parent.terms.setdefault((operator, name, value), _Node(operator, name))
        touched.append(node)
        return node

    def _joined(self, parent: _Node, branches: Sequence[Term], touched: list[_Node]) -> _Node:
        join = _Node()
        for branch in branches:
            self._under(parent, branch, touched).followers.append(join)
        touched.append(join)
        return join


def bearable_runs(rules: Sequence[Sequence[Term]]) -> Iterator[range]:
    """Divide rules, in their order, into runs that durable-rules bears as one set each.

    Args:
        rules: of each its terms. One that alone is too much for a set gets a set all the same: `check_condition` has
            seen to it that there is none.

    Returns:
        Runs of places, one after another, which leave nothing out.
    """
    start, network = 0, Network()
    for place, terms in enumerate(rules):
        if not network.add(terms) and place > start:
            yield range(start, place)
            start, network = place, Network()
            network.add(terms)
    if start < len(rules):
        yield range(start, len(rules))

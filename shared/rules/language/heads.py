"""What the head of a file or of a section says for the rules below it, written at each of them.

Decides which rules take it: those that do not say it themselves; the section's head is nearer than the file's. What is
inherited is read, shown and complained of as if it stood at the rule. Must not know what it means.
"""

from collections.abc import Mapping as Map

from shared.kernel.texts import Language
from shared.rules.language.errors import Complaints
from shared.rules.language.nodes import Mapping, Node, Scalar, Sequence
from shared.rules.language.schema import keys

HEADS = ("because", "valid")
# Sections of rules → the record of one with a head.
RULES = {
    "routing": "routes",
    "limits": "limits",
    "tell": "notices",
    "hidden": "hidden rules",
    "duties": "duty rules",
}
Head = Map[str, tuple[Scalar, Node]]


def with_heads(tree: Node, record: str, language: Language, complaints: Complaints) -> Node:
    """Return a file's tree in which every rule says what it inherits; complain of a head that no rule inherits.

    Args:
        record: 'town' or 'template'.
    """
    if not isinstance(tree, Mapping):
        return tree
    writer = _Writer(language)
    written = writer.file(tree, record)
    for key in writer.idle():
        complaints.add("head-inherited-by-none", key.where, key=key.text)
    return written


class _Writer:
    """Writes heads at the rules of one file, and remembers which were taken."""

    def __init__(self, language: Language) -> None:
        self._language: Language = language
        self._heads: list[Scalar] = []
        self._taken: set[int] = set()  # by the object: two heads may say the same

    def file(self, tree: Mapping, record: str) -> Mapping:
        """Return the tree of a file."""
        head, entries = self._head(tree, record), dict(tree.entries)
        for section, shape in RULES.items():
            name = keys(record).written(section, self._language)
            if name in entries:
                key, node = entries[name]
                entries[name] = (key, self._section(node, shape, head))
        return Mapping(tree.file, tree.line, tree.column, entries)

    def idle(self) -> list[Scalar]:
        """Return the heads that no rule took."""
        return [key for key in self._heads if id(key) not in self._taken]

    def _head(self, node: Mapping, record: str) -> Head:
        names = {name: keys(record).written(name, self._language) for name in HEADS}
        head = {name: node.entries[written] for name, written in names.items() if written in node.entries}
        self._heads += [key for key, _ in head.values()]
        return head

    def _section(self, node: Node, shape: str, around: Head) -> Node:
        if isinstance(node, Sequence):
            return Sequence(
                node.file, node.line, node.column, [self._rule(rule, around) for rule in node.items]
            )
        if not isinstance(node, Mapping):
            return node
        head, entries = {**around, **self._head(node, shape)}, dict(node.entries)
        name = keys(shape).written("rules", self._language)
        if name in entries:
            key, rules = entries[name]
            entries[name] = (key, self._section(rules, shape, head) if isinstance(rules, Sequence) else rules)
        return Mapping(node.file, node.line, node.column, entries)

    def _rule(self, node: Node, head: Head) -> Node:
        if not isinstance(node, Mapping):
            return node
        inherited = {key.text: (key, said) for key, said in head.values() if key.text not in node.entries}
        self._taken |= {id(key) for key, _ in inherited.values()}
        return Mapping(node.file, node.line, node.column, {**node.entries, **inherited})

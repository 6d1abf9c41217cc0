"""Rule files as an editor's YAML (version 1.2) reads them, to be held against the published schema."""

import re
from typing import Any

from shared.rules.language.errors import Complaints
from shared.rules.language.nodes import Mapping, Node, Scalar
from shared.rules.language.source import parse


def as_json(text: str, file: str = "file.yaml") -> Any:
    """Return the value of a YAML text."""
    complaints = Complaints()
    tree = parse(text, file, complaints)
    assert tree is not None, complaints.found
    return _value(tree)


def _value(node: Node) -> Any:
    if isinstance(node, Scalar):
        return _scalar(node)
    if isinstance(node, Mapping):
        return {key.text: _value(value) for key, value in node}
    return [_value(item) for item in node.items]


def _scalar(node: Scalar) -> Any:
    if not node.plain:
        return node.text
    if re.fullmatch(r"-?(0|[1-9][0-9]*)", node.text):
        return int(node.text)
    return {"true": True, "false": False, "null": None, "": None}.get(node.text, node.text)

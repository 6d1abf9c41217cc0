"""Docstrings of public functions: which have more than a line, which name arguments or errors."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scripts.ratchet.lines import docstring_of
from scripts.ratchet.source import Function, Source

_SECTIONS = re.compile(r"^\s*(Args|Arguments|Returns|Yields|Raises|Attributes):\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Promises:
    """How many public functions and methods there are, and what their docstrings have."""

    public: int
    documented: int
    longer: int
    sectioned: int


def promises_of(sources: Iterable[Source]) -> Promises:
    """Count the docstrings of functions that are public by their name and by the classes around them."""
    texts = [_text(function) for source in sources for function in _public(source.tree)]
    documented = [text for text in texts if text]
    longer = [text for text in documented if "\n" in text.strip()]
    sectioned = [text for text in longer if _SECTIONS.search(text)]
    return Promises(len(texts), len(documented), len(longer), len(sectioned))


def _public(around: ast.Module | ast.ClassDef) -> Iterator[Function]:
    for node in around.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from _public(node)
        elif isinstance(node, Function) and not node.name.startswith("_"):
            yield node


def _text(function: Function) -> str:
    found = docstring_of(function)
    return str(found.value) if found else ""

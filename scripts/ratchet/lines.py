"""What the lines of a file are: code, comment, docstring or nothing."""

import ast
import io
import tokenize
from dataclasses import dataclass

from scripts.ratchet.source import Function, Source

_SILENT = frozenset(
    (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER)
)


@dataclass(frozen=True)
class Lines:
    """Counts of the lines of a file; a line of code with a comment behind it is code."""

    total: int
    code: int
    comments: int


def lines_of(source: Source) -> Lines:
    """Count the lines of a file."""
    code, comments = _with_tokens(source.text)
    code -= _blank(source.text) | set(_docstring_lines(source.tree))
    return Lines(len(source.text.splitlines()), len(code), len(comments - code))


def docstring_of(node: ast.Module | ast.ClassDef | Function) -> ast.Constant | None:
    """The docstring of a module, class or function as it stands in the tree."""
    first = node.body[0] if node.body else None
    value = first.value if isinstance(first, ast.Expr) else None
    return value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def _with_tokens(text: str) -> tuple[set[int], set[int]]:
    code: set[int] = set()
    comments: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            comments.add(token.start[0])
        elif token.type not in _SILENT:
            code.update(range(token.start[0], token.end[0] + 1))
    return code, comments


def _blank(text: str) -> set[int]:
    return {number for number, line in enumerate(text.splitlines(), start=1) if not line.strip()}


def _docstring_lines(tree: ast.Module) -> list[int]:
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | Function))
    docstrings = (docstring for node in nodes if (docstring := docstring_of(node)) is not None)
    return [
        line
        for docstring in docstrings
        for line in range(docstring.lineno, (docstring.end_lineno or docstring.lineno) + 1)
    ]

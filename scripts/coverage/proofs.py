"""Tests that prove a statement, found by their mark `@pytest.mark.proves("P001-08.9", …)` without running them.

Decides how the mark is written. Must not import the tests.
"""

import ast
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from scripts.coverage.statements import Wrong

MARK = "proves"


def read_proofs(folder: Path, known: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """Return for each statement the tests that prove it, as 'tests/kernel/test_x.py::test_name'.

    Raises:
        Wrong: a mark names no statement, or is not written as words in quotes.
    """
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if MARK not in text:
            continue
        for name, mark in _marks(ast.parse(text, str(path))):
            for statement in _words(mark, path):
                if statement not in known:
                    raise Wrong(
                        f"{path}:{mark.lineno}: {statement} is no statement of tests/policy/statements.csv"
                    )
                found.setdefault(statement, []).append(f"{path.as_posix()}::{name}")
    return {statement: tuple(tests) for statement, tests in found.items()}


def _marks(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield from ((node.name, mark) for mark in node.decorator_list if _is_mark(mark))  # type: ignore[misc]


def _is_mark(node: ast.expr) -> bool:
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return is_call and node.func.attr == MARK  # type: ignore[attr-defined]


def _words(mark: ast.Call, path: Path) -> Iterator[str]:
    if not mark.args or mark.keywords:
        raise Wrong(f'{path}:{mark.lineno}: write @pytest.mark.{MARK}("P001-08.9")')
    for word in mark.args:
        if not (isinstance(word, ast.Constant) and isinstance(word.value, str)):
            raise Wrong(f'{path}:{mark.lineno}: write @pytest.mark.{MARK}("P001-08.9"), the id as it is')
        yield word.value

"""The Python that is walked: each file parsed once, its nodes sorted by type, each read within its function."""

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeAlias, TypeVar

PACKAGES = ("shared", "services", "gridcase")

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Node = TypeVar("Node", bound=ast.AST)

_BLOCKS = ("body", "orelse", "finalbody", "handlers")


@dataclass(frozen=True, eq=False)
class Source:
    """One file: `path` from the root with slashes, `module` with dots, and its text.

    Raises SyntaxError from the first use of its tree where the text is no Python.
    """

    path: str
    text: str
    _scopes: dict[ast.AST, Function] = field(default_factory=dict, repr=False)

    @cached_property
    def module(self) -> str:
        """The dotted name by which others import it."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def package(self) -> str:
        """The dotted name that its relative imports start from."""
        return self.module if self.path.endswith("/__init__.py") else self.module.rpartition(".")[0]

    @cached_property
    def tree(self) -> ast.Module:
        """The file as Python reads it."""
        return ast.parse(self.text, self.path)

    @cached_property
    def _nodes(self) -> dict[type[ast.AST], list[ast.AST]]:
        nodes: dict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        waiting: list[tuple[ast.AST, Function | None]] = [(self.tree, None)]
        for node, scope in waiting:  # grows while it is walked: breadth first, as ast.walk does
            nodes[type(node)].append(node)
            if scope is not None:
                self._scopes[node] = scope
            inner = node if isinstance(node, Function) else scope
            waiting += [(child, inner) for child in ast.iter_child_nodes(node)]
        return nodes

    def all_of(self, kind: type[Node]) -> Sequence[Node]:
        """Every node of exactly this type, outer ones first."""
        return self._nodes.get(kind, ())  # type: ignore[return-value]  # sorted by exactly this type

    def functions(self) -> Iterator[Function]:
        """Every function and method, at any depth."""
        yield from self.all_of(ast.FunctionDef)
        yield from self.all_of(ast.AsyncFunctionDef)

    def scopes(self, node: ast.AST) -> Iterator[Function]:
        """The functions around a node, innermost first; a function is not around itself."""
        _ = self._nodes
        while scope := self._scopes.get(node):
            yield scope
            node = scope

    def statements(self) -> Iterator[tuple[str, ast.stmt]]:
        """What stands in the module and its classes, not in functions, each with the dotted name around it."""
        yield from _outside_functions(self.module, self.tree)


def _outside_functions(around: str, block: ast.AST) -> Iterator[tuple[str, ast.stmt]]:
    for part in _BLOCKS:
        for statement in getattr(block, part, ()):
            if isinstance(statement, ast.stmt):
                yield around, statement
            if isinstance(statement, ast.ClassDef):
                yield from _outside_functions(f"{around}.{statement.name}", statement)
            elif not isinstance(statement, Function):
                yield from _outside_functions(around, statement)


def read_sources(root: Path) -> list[Source]:
    """The project's own Python below `root`, by path; tests, scripts and benchmarks are not counted."""
    return [
        Source(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))
        for package in PACKAGES
        for path in sorted((root / package).rglob("*.py"))
    ]

"""Finds the untyped mapping that does not even say that it is one: Any or object, read by a literal key."""

import ast
from collections.abc import Iterable, Iterator, Mapping

from scripts.ratchet.findings import Finding
from scripts.ratchet.keys import reads
from scripts.ratchet.names import targets
from scripts.ratchet.source import Function, Source
from scripts.ratchet.untyped import Types


class Results:
    """The functions of the project whose result is said to be Any or object."""

    def __init__(self, types: Types, sources: Iterable[Source]) -> None:
        """Collect them by module and name, methods among them."""
        self._names = types.names
        self._functions = {
            f"{source.module}.{function.name}"
            for source in sources
            for function in source.functions()
            if types.is_anything(source, function.returns)
        }

    def is_call_of_any(self, source: Source, expression: ast.AST | None) -> bool:
        """Whether an expression calls one of them; methods are followed where `self` is theirs."""
        if not isinstance(expression, ast.Call):
            return False
        called = expression.func
        if (
            isinstance(called, ast.Attribute)
            and isinstance(called.value, ast.Name)
            and called.value.id == "self"
        ):
            return f"{source.module}.{called.attr}" in self._functions
        return self._names.meaning(source, called) in self._functions


def anything_read(types: Types, results: Results, source: Source) -> Iterator[Finding]:
    """Every parameter, variable and result that may be anything and is read by a literal key, each once."""
    said = _Said(types, results, source)
    found = set()
    for read in reads(types, source):
        if isinstance(read.receiver, ast.Name):
            found.add(said.where(read.node, read.receiver.id))
        elif results.is_call_of_any(source, read.receiver):
            found.add(read.receiver)
    return (Finding(source.path, node.lineno, _words(node)) for node in found if node is not None)


class _Said:
    """What the functions of a file say of their names."""

    def __init__(self, types: Types, results: Results, source: Source) -> None:
        self._types, self._results, self._source = types, results, source
        self._variables = self._assigned()

    def where(self, node: ast.AST, name: str) -> ast.arg | ast.expr | None:
        """Where a name, as it is used at a node, was said to be anything; None where it was not."""
        for scope in self._source.scopes(node):
            parameter = _parameters(scope).get(name)
            if parameter is not None:
                return parameter if self._types.is_anything(self._source, parameter.annotation) else None
            if (scope, name) in self._variables:
                return self._variables[scope, name]
        return None

    def _assigned(self) -> Mapping[tuple[Function, str], ast.expr]:
        """Variables of functions that are annotated as anything, or take what a call gives that may be anything."""
        return {
            (scope, target.id): target
            for statement in self._assignments()
            if (scope := next(self._source.scopes(statement), None)) and self._takes_anything(statement)
            for target in targets(statement)
            if isinstance(target, ast.Name)
        }

    def _assignments(self) -> Iterator[ast.AnnAssign | ast.Assign]:
        yield from self._source.all_of(ast.AnnAssign)
        yield from self._source.all_of(ast.Assign)

    def _takes_anything(self, statement: ast.AnnAssign | ast.Assign) -> bool:
        if isinstance(statement, ast.AnnAssign):
            return self._types.is_anything(self._source, statement.annotation)
        return self._results.is_call_of_any(self._source, statement.value)


def _parameters(function: Function) -> dict[str, ast.arg]:
    """The named ones: of `**options: Any` the type is the values', and the keys are their names."""
    arguments = function.args
    return {each.arg: each for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}


def _words(node: ast.arg | ast.expr) -> str:
    return f"{ast.unparse(node)}, which may be anything, is read by a literal key"

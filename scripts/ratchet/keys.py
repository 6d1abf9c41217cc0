"""Finds what is read or written by a key that is spelt out: `row["place"]`, `row.get("place")`.

Not counted: a dict display, even one that is returned. It builds a message for a border and is judged by the type that
it is given; counting it would only move the keys into keyword arguments. Nor a key that has a name (`row[PLACE]`).
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from scripts.ratchet import spellings
from scripts.ratchet.findings import Finding
from scripts.ratchet.source import Source
from scripts.ratchet.untyped import Types

_METHODS = frozenset(("get", "pop", "setdefault", "__getitem__"))


@dataclass(frozen=True)
class Read:
    """Where a literal key stands, and of what: None where a getter is made that is applied elsewhere."""

    node: ast.expr
    receiver: ast.expr | None


def literal_keys(types: Types, source: Source) -> Iterator[Finding]:
    """Every literal key of a file."""
    return (Finding(source.path, read.node.lineno, ast.unparse(read.node)) for read in reads(types, source))


def reads(types: Types, source: Source) -> Iterator[Read]:
    """Every place of a file where a literal key is used, with what it is used on."""
    yield from _subscripts(types, source)
    decorators = _decorators(source)
    for call in source.all_of(ast.Call):
        if call not in decorators and call.args and is_text(call.args[0]):
            yield from _called(types, source, call)


def annotations(source: Source) -> Iterator[ast.expr]:
    """Every annotation of a file: of arguments, results and variables."""
    noted = [argument.annotation for argument in source.all_of(ast.arg)]
    noted += [function.returns for function in source.functions()]
    noted += [variable.annotation for variable in source.all_of(ast.AnnAssign)]
    return (annotation for annotation in noted if annotation is not None)


def is_text(expression: ast.AST) -> bool:
    """Whether an expression is a string that is spelt out."""
    return isinstance(expression, ast.Constant) and isinstance(expression.value, str)


def _subscripts(types: Types, source: Source) -> Iterator[Read]:
    within_types = {node for annotation in annotations(source) for node in ast.walk(annotation)}
    for node in source.all_of(ast.Subscript):
        if is_text(node.slice) and node not in within_types and not types.is_type_head(source, node.value):
            yield Read(node, node.value)


def _called(types: Types, source: Source, call: ast.Call) -> Iterator[Read]:
    function = call.func
    if isinstance(function, ast.Attribute) and function.attr in _METHODS:
        if not types.names.is_module(source, function.value):
            yield Read(call, function.value)
    elif types.names.meaning(source, function) in spellings.KEY_GETTERS:
        yield from (Read(call, None) for key in call.args if is_text(key))


def _decorators(source: Source) -> set[ast.expr]:
    """`@blueprint.get("/cases")` names a path, not a key."""
    return {decorator for function in source.functions() for decorator in function.decorator_list}

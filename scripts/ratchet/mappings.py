"""Finds untyped mappings: in annotations, casts, aliases and their uses, bases, calls."""

import ast
from collections.abc import Iterator

from scripts.ratchet import spellings
from scripts.ratchet.findings import Finding
from scripts.ratchet.keys import annotations
from scripts.ratchet.source import Source
from scripts.ratchet.untyped import Types


def untyped_mappings(types: Types, source: Source) -> Iterator[Finding]:
    """Every untyped mapping of a file, each place once, whichever of its parts was looked at."""
    found = {
        (part.lineno, part.col_offset, ast.unparse(part))
        for expression in _expressions(types, source)
        for part in types.untyped(source, expression)
    }
    return (Finding(source.path, line, what) for line, _, what in sorted(found))


def _expressions(types: Types, source: Source) -> Iterator[ast.expr]:
    yield from annotations(source)
    for definition in source.all_of(ast.ClassDef):
        yield from definition.bases
    for _, statement in source.statements():
        if (given := types.given_type(source, statement)) is not None:
            yield given
    for call in source.all_of(ast.Call):
        yield from _handed_types(types, source, call)
    yield from _elsewhere(types, source)


def _handed_types(types: Types, source: Source, call: ast.Call) -> Iterator[ast.expr]:
    """What `cast`, `TypeVar` and `NewType` are told."""
    function = types.names.meaning(source, call.func)
    if function in spellings.CASTS:
        yield from call.args[:1]
    elif function in spellings.NEW_TYPES | spellings.TYPE_VARIABLES:
        yield from call.args[1:]
        yield from (keyword.value for keyword in call.keywords if keyword.arg == "bound")


def _elsewhere(types: Types, source: Source) -> Iterator[ast.expr]:
    """Types that are called, as in `defaultdict[str, Any](…)` and `Row(…)`, or handed to something as a value."""
    for subscript in source.all_of(ast.Subscript):
        if types.is_mapping(source, subscript.value):
            yield subscript
    names = (name for name in source.all_of(ast.Name) if isinstance(name.ctx, ast.Load))
    yield from (name for name in names if types.is_untyped_name(source, name))
    yield from (name for name in source.all_of(ast.Attribute) if types.is_untyped_name(source, name))

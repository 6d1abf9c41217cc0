"""Which type expressions say nothing of what is in a mapping, however they are spelt."""

import ast
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from scripts.ratchet import spellings
from scripts.ratchet.names import Names, targets
from scripts.ratchet.source import Source


@dataclass(frozen=True)
class _Alias:
    """A name for a type: `values` is what was assigned, or the bases of a class."""

    source: Source
    values: tuple[ast.expr, ...]


class Types:
    """Judges type expressions of all files; names of types are followed to where they are given."""

    def __init__(self, sources: Iterable[Source], names: Names) -> None:
        """Collect the names that modules and classes give to types."""
        self.names = names
        self._aliases = {name: alias for source in sources for name, alias in self._given(source)}
        self._known: dict[str, bool] = {}
        self._judged: set[str] = set()
        self._followed: set[str] = set()

    def untyped(self, source: Source, expression: ast.AST) -> Iterator[ast.expr]:
        """The parts of a type expression that are untyped mappings, each once, outermost first."""
        if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
            yield from self._quoted(source, expression, expression.value)
        elif isinstance(expression, ast.Name | ast.Attribute):
            if self.is_mapping(source, expression) or self.is_untyped_name(source, expression):
                yield expression
        elif isinstance(expression, ast.Subscript):
            yield from self._untyped_subscript(source, expression)
        elif isinstance(expression, ast.BinOp | ast.Tuple | ast.List):
            for part in ast.iter_child_nodes(expression):
                yield from self.untyped(source, part)

    def is_untyped_name(self, source: Source, expression: ast.AST) -> bool:
        """Whether this is a name that the project gave to a type in which there is an untyped mapping."""
        name = self._meaning(source, expression)
        if name is None or name in spellings.ALWAYS_UNTYPED:
            return name is not None
        if name not in self._aliases or name in self._judged:
            return False
        if name not in self._known:
            with _kept(self._judged, name):
                self._known[name] = self._is_untyped_alias(self._aliases[name])
        return self._known[name]

    def is_mapping(self, source: Source, expression: ast.AST) -> bool:
        """Whether this is the name of a mapping, without its brackets."""
        return self._meaning(source, expression) in spellings.MAPPINGS

    def is_type_head(self, source: Source, expression: ast.AST) -> bool:
        """Whether brackets after this name hold types or literals, not a key."""
        return self._meaning(source, expression) in spellings.HEADS

    def given_type(self, source: Source, statement: ast.stmt) -> ast.expr | None:
        """The type to which a statement gives a name, where it reads as a type; else None."""
        value = getattr(statement, "value", None)
        if isinstance(statement, ast.AnnAssign):
            return value if self._meaning(source, statement.annotation) in spellings.TYPE_ALIASES else None
        if isinstance(value, ast.Call) and self._meaning(source, value.func) in spellings.NEW_TYPES:
            return value.args[1] if len(value.args) > 1 else None
        reads_as_type = isinstance(value, ast.Name | ast.Attribute | ast.Subscript | ast.BinOp)
        return value if reads_as_type and targets(statement) else None

    def is_anything(self, source: Source, expression: ast.AST | None) -> bool:
        """Whether a type expression, or what it holds, is Any or object, or a name that stands for these."""
        if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
            return self.is_anything(source, _parsed(expression.value))
        if isinstance(expression, ast.BinOp):
            return self.is_anything(source, expression.left) or self.is_anything(source, expression.right)
        if isinstance(expression, ast.Subscript):
            holder = self._meaning(source, expression.value)
            parts = self._arguments(source, expression) if holder in spellings.HOLDERS else []
            return any(self.is_anything(source, part) for part in parts)
        return self._is_anything_name(source, expression) if expression is not None else False

    def _is_anything_name(self, source: Source, expression: ast.AST) -> bool:
        name = self._meaning(source, expression)
        if name in spellings.ANYTHING or name in self._judged:
            return True  # a name met again within itself: `Json = str | Mapping[str, "Json"]` says nothing either
        alias = self._aliases.get(name or "")
        if alias is None or name is None or name in self._followed:
            return False
        with _kept(self._followed, name):
            return any(self.is_anything(alias.source, value) for value in alias.values)

    def _is_untyped_alias(self, alias: _Alias) -> bool:
        return any(True for value in alias.values for _ in self.untyped(alias.source, value))

    def _untyped_subscript(self, source: Source, expression: ast.Subscript) -> Iterator[ast.expr]:
        arguments, head = self._arguments(source, expression), expression.value
        holds_anything = bool(arguments) and self.is_anything(source, arguments[-1])
        if self.is_untyped_name(source, head) or (
            holds_anything and self._is_mapping_with_brackets(source, head)
        ):
            yield expression
        for argument in arguments:
            yield from self.untyped(source, argument)

    def _is_mapping_with_brackets(self, source: Source, head: ast.expr) -> bool:
        """Whether brackets after this name say what a mapping holds: of `dict`, or of `Table = dict[str, V]`."""
        alias = self._aliases.get(self._meaning(source, head) or "")
        given = [value.value for value in alias.values if isinstance(value, ast.Subscript)] if alias else []
        return self.is_mapping(source, head) or any(
            self.is_mapping(alias.source, value) for value in given if alias
        )

    def _arguments(self, source: Source, expression: ast.Subscript) -> list[ast.expr]:
        """What stands in the brackets and is a type: no literals, no notes of Annotated."""
        head, inside = self._meaning(source, expression.value), expression.slice
        if head in spellings.LITERALS:
            return []
        parts = inside.elts if isinstance(inside, ast.Tuple) else [inside]
        return parts[:1] if head in spellings.ANNOTATED else parts

    def _quoted(self, source: Source, quoted: ast.Constant, text: str) -> Iterator[ast.expr]:
        parsed = _parsed(text)
        for found in self.untyped(source, parsed) if parsed else ():
            yield ast.copy_location(found, quoted)

    def _given(self, source: Source) -> Iterator[tuple[str, _Alias]]:
        for around, statement in source.statements():
            if isinstance(statement, ast.ClassDef):
                yield f"{around}.{statement.name}", _Alias(source, self._mapping_bases(source, statement))
            elif (value := self.given_type(source, statement)) is not None:
                for target in targets(statement):
                    if isinstance(target, ast.Name):
                        yield f"{around}.{target.id}", _Alias(source, (value,))

    def _mapping_bases(self, source: Source, definition: ast.ClassDef) -> tuple[ast.expr, ...]:
        """A class that is itself an untyped mapping: its name is one more spelling."""
        heads = ((base, base.value if isinstance(base, ast.Subscript) else base) for base in definition.bases)
        return tuple(base for base, head in heads if self.is_mapping(source, head))

    def _meaning(self, source: Source, expression: ast.AST) -> str | None:
        return self.names.meaning(source, expression)


@contextmanager
def _kept(names: set[str], name: str) -> Iterator[None]:
    """Keep a name among those that are looked at: one that is met again within itself is noticed, and it ends."""
    names.add(name)
    try:
        yield
    finally:
        names.discard(name)


def _parsed(text: str) -> ast.expr | None:
    """A quoted type as an expression; None where it is none, such as a note in Annotated."""
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        return None

"""What a name in a file stands for: `Row` there is `shared.db.store.Row`, `Mapping` is `collections.abc.Mapping`."""

import ast
import builtins
from collections.abc import Iterable, Iterator, Mapping

from scripts.ratchet.source import Function, Source

_BUILTINS = frozenset(dir(builtins))


class Names:
    """The names of all files, followed through imports and what packages hand on."""

    def __init__(self, sources: Iterable[Source]) -> None:
        """Read the imports and definitions of every file."""
        self._modules = {source.module: set(_modules(source)) for source in sources}
        self._imports = {source.module: dict(_imports(source)) for source in sources}
        self._locals = {source.module: _definitions(source) for source in sources}

    def meaning(self, source: Source, expression: ast.AST) -> str | None:
        """The dotted name that a name or attribute stands for; None where it is neither or is unknown."""
        found = self._dotted(source.module, expression)
        return self._origin(found) if found else None

    def is_module(self, source: Source, expression: ast.AST) -> bool:
        """Whether a plain name is a module's, so that its `get` is a function and no mapping's."""
        if not isinstance(expression, ast.Name):
            return False
        imported = self._imports[source.module].get(expression.id)
        return expression.id in self._modules[source.module] or imported in self._imports

    def _dotted(self, module: str, expression: ast.AST) -> str | None:
        if isinstance(expression, ast.Attribute):
            before = self._dotted(module, expression.value)
            return f"{before}.{expression.attr}" if before else None
        return self._named(module, expression.id) if isinstance(expression, ast.Name) else None

    def _named(self, module: str, name: str) -> str | None:
        defined = self._locals[module].get(name)
        if defined == f"{module}.{name}":
            return defined
        imported = self._imports[module].get(name)
        # A class's own name comes last: its method `dict` does not hide the built-in from the rest of the file.
        return imported or (f"builtins.{name}" if name in _BUILTINS else defined)

    def _origin(self, dotted: str) -> str:
        """Follow what a module imported and hands on; a circle of imports ends where it closes."""
        seen = {dotted}
        while (further := self._handed_on(dotted)) and further not in seen:
            seen.add(further)
            dotted = further
        return dotted

    def _handed_on(self, dotted: str) -> str | None:
        module, _, name = dotted.rpartition(".")
        is_its_own = self._locals.get(module, _NOTHING).get(name) == dotted
        return None if is_its_own else self._imports.get(module, _NOTHING).get(name)


_NOTHING: Mapping[str, str] = {}


def _modules(source: Source) -> Iterator[str]:
    for node in source.all_of(ast.Import):
        yield from (name.asname or name.name.partition(".")[0] for name in node.names)


def _imports(source: Source) -> Iterator[tuple[str, str]]:
    for node in source.all_of(ast.Import):
        for name in node.names:
            yield (name.asname, name.name) if name.asname else (name.name.partition(".")[0],) * 2
    for member in source.all_of(ast.ImportFrom):
        origin = origin_of(source, member)
        yield from ((name.asname or name.name, f"{origin}.{name.name}") for name in member.names)


def origin_of(source: Source, node: ast.ImportFrom) -> str:
    """The module that a `from … import` takes from, with its dots resolved."""
    if not node.level:
        return node.module or ""
    around = source.package.split(".")
    around = around[: len(around) - node.level + 1]
    return ".".join([*around, node.module] if node.module else around)


def _definitions(source: Source) -> dict[str, str]:
    """Every name with its dotted one; of several the outermost, which comes first in the walk or takes its place."""
    found: dict[str, str] = {}
    for around, statement in source.statements():
        for name in defined_by(statement):
            if around == source.module or name not in found:
                found[name] = f"{around}.{name}"
    return found


def defined_by(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement gives to a function, a class or a value."""
    if isinstance(statement, ast.ClassDef | Function):
        yield statement.name
    for target in targets(statement):
        if isinstance(target, ast.Name):
            yield target.id


def targets(statement: ast.stmt) -> list[ast.expr]:
    """What an assignment assigns to; nothing for other statements."""
    if isinstance(statement, ast.Assign):
        return statement.targets
    if isinstance(statement, ast.AnnAssign):
        return [statement.target]
    alias = getattr(statement, "name", None)  # `type X = …` has its name as an expression
    return [alias] if isinstance(alias, ast.Name) else []

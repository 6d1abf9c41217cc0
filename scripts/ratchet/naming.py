"""One name, one meaning: public classes that are defined more than once, and things that are called `one`."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from scripts.ratchet.findings import Finding
from scripts.ratchet.source import Source


def doubled_classes(sources: Iterable[Source]) -> Mapping[str, Sequence[Finding]]:
    """Names of public classes of modules that are defined more than once, each with every place."""
    places: dict[str, list[Finding]] = defaultdict(list)
    for source in sources:
        for definition in source.tree.body:
            if isinstance(definition, ast.ClassDef) and not definition.name.startswith("_"):
                places[definition.name].append(
                    Finding(source.path, definition.lineno, f"class {definition.name}")
                )
    return {name: found for name, found in sorted(places.items()) if len(found) > 1}


def called_one(source: Source) -> Iterator[Finding]:
    """Every place of a file that gives the name `one`: an assignment, a loop, a parameter, a pattern, an `as`."""
    return (Finding(source.path, line, "one") for name, line in _given(source) if name == "one")


def _given(source: Source) -> Iterator[tuple[str | None, int]]:
    yield from ((name.id, name.lineno) for name in source.all_of(ast.Name) if isinstance(name.ctx, ast.Store))
    yield from ((argument.arg, argument.lineno) for argument in source.all_of(ast.arg))
    yield from ((handler.name, handler.lineno) for handler in source.all_of(ast.ExceptHandler))
    yield from ((pattern.name, pattern.lineno) for pattern in source.all_of(ast.MatchAs))
    yield from ((pattern.name, pattern.lineno) for pattern in source.all_of(ast.MatchStar))

"""Which modules have how many importers within the house."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from scripts.ratchet.names import origin_of
from scripts.ratchet.source import Source


def importers(sources: Sequence[Source]) -> Mapping[str, int]:
    """How many other modules import each module; a package's own file counts like any other."""
    modules = {source.module for source in sources}
    found: dict[str, set[str]] = defaultdict(set)
    for source in sources:
        for imported in _imported(source, modules):
            found[imported].add(source.module)
    return {module: len(found[module] - {module}) for module in modules}


def _imported(source: Source, modules: set[str]) -> Iterator[str]:
    for node in source.all_of(ast.Import):
        yield from _known((name.name for name in node.names), modules)
    for member in source.all_of(ast.ImportFrom):
        origin = origin_of(source, member)
        for name in member.names:
            inner = f"{origin}.{name.name}"
            yield from _known([inner if inner in modules else origin], modules)


def _known(names: Iterable[str], modules: set[str]) -> Iterator[str]:
    return (name for name in names if name in modules)

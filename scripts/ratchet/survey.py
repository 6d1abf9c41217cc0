"""Everything that was found in a tree, and how much of it in which file."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.ratchet.anything import Results, anything_read
from scripts.ratchet.findings import Counts, Finding, Kind
from scripts.ratchet.keys import literal_keys
from scripts.ratchet.mappings import untyped_mappings
from scripts.ratchet.names import Names
from scripts.ratchet.naming import called_one, doubled_classes
from scripts.ratchet.source import Source, read_sources
from scripts.ratchet.untyped import Types


@dataclass(frozen=True)
class Survey:
    """What was found: of each kind the places, the places of doubled class names, and which files there are."""

    findings: Mapping[Kind, Sequence[Finding]]
    doubled: Mapping[str, Sequence[Finding]]
    files: frozenset[str]

    @property
    def counts(self) -> Counts:
        """How many of each kind are in which file."""
        return {kind: dict(Counter(found.path for found in self.findings[kind])) for kind in Kind}

    @property
    def classes(self) -> Mapping[str, int]:
        """How often each doubled class name is defined."""
        return {name: len(places) for name, places in self.doubled.items()}


def survey_tree(root: Path) -> Survey:
    """Walk the project's Python below `root`; raises SyntaxError where a file is none."""
    return survey(read_sources(root))


def survey(sources: Sequence[Source]) -> Survey:
    """Walk these files; types are followed among them alone."""
    types = Types(sources, Names(sources))
    results = Results(types, sources)
    findings: dict[Kind, list[Finding]] = {kind: [] for kind in Kind}
    for source in sources:
        for kind, found in _found(types, results, source):
            findings[kind] += found
    files = frozenset(source.path for source in sources)
    return Survey({kind: sorted(found) for kind, found in findings.items()}, doubled_classes(sources), files)


def _found(types: Types, results: Results, source: Source) -> Iterator[tuple[Kind, Iterator[Finding]]]:
    yield Kind.MAPPING, untyped_mappings(types, source)
    yield Kind.MAPPING, anything_read(types, results, source)
    yield Kind.KEY, literal_keys(types, source)
    yield Kind.ONE, called_one(source)

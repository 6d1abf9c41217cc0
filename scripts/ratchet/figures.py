"""The figures of the house, as a table: how much there is, and how it reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scripts.ratchet.findings import Kind
from scripts.ratchet.importers import importers
from scripts.ratchet.lines import Lines, lines_of
from scripts.ratchet.promises import Promises, promises_of
from scripts.ratchet.source import Source
from scripts.ratchet.survey import Survey, survey


@dataclass(frozen=True)
class Spread:
    """Lengths in lines: of half at most, of nine in ten at most, of the longest."""

    median: int
    most: int
    largest: int

    def __str__(self) -> str:
        return f"{self.median} / {self.most} / {self.largest}"


@dataclass(frozen=True)
class Figures:
    """What was measured of a tree; lengths leave migrations out."""

    lines: Lines
    files: Spread
    number_of_files: int
    functions: Spread
    promises: Promises
    imported_once: int
    survey: Survey


def figures_of(sources: Sequence[Source]) -> Figures:
    """Measure a tree; raises SyntaxError where a file is no Python."""
    counted = [lines_of(source) for source in sources]
    written = [source for source in sources if "/migrations/" not in source.path]
    return Figures(
        lines=Lines(
            *(sum(getattr(each, part) for each in counted) for part in ("total", "code", "comments"))
        ),
        files=spread([len(source.text.splitlines()) for source in written]),
        number_of_files=len(sources),
        functions=spread([length for source in written for length in _function_lengths(source)]),
        promises=promises_of(sources),
        imported_once=sum(number == 1 for number in importers(sources).values()),
        survey=survey(sources),
    )


def spread(lengths: Sequence[int]) -> Spread:
    """Median, nine tenths and largest of lengths; zeros where there are none."""
    ordered = sorted(lengths) or [0]
    last = len(ordered) - 1
    return Spread(ordered[last // 2], ordered[last * 9 // 10], ordered[last])


def render(figures: Figures) -> str:
    """The figures as a table in Markdown."""
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in _rows(figures))])


def _function_lengths(source: Source) -> Iterator[int]:
    for function in source.functions():
        yield (function.end_lineno or function.lineno) - function.lineno + 1


def _rows(figures: Figures) -> Iterator[tuple[str, str]]:
    lines, counts = figures.lines, figures.survey.counts
    totals = {kind: sum(counts[kind].values()) for kind in Kind}
    yield "Lines of code, without comments, docstrings and blank lines", f"{lines.code:,}"
    yield "Lines in all", f"{lines.total:,}"
    yield "Files", f"{figures.number_of_files:,}"
    yield "Lines of a file, median / 90 % / largest", str(figures.files)
    yield "Lines of a function, median / 90 % / largest", str(figures.functions)
    yield "Untyped mappings", f"{totals[Kind.MAPPING]:,}"
    yield "– per 1,000 lines; per 1,000 lines of code", _per_thousand(totals[Kind.MAPPING], lines)
    yield "Literal keys", f"{totals[Kind.KEY]:,}"
    yield "Full-line comments", f"{lines.comments:,} ({_share(lines.comments, lines.total)})"
    yield from _promised(figures.promises)
    yield "Public class names defined more than once", f"{len(figures.survey.classes):,}"
    yield "Variables called `one`", f"{totals[Kind.ONE]:,}"
    yield "Modules with exactly one importer", f"{figures.imported_once:,}"


def _promised(promises: Promises) -> Iterator[tuple[str, str]]:
    documented = promises.documented
    yield "Public functions with a docstring", f"{documented:,} ({_share(documented, promises.public)})"
    yield "– with more than a line", f"{promises.longer:,} ({_share(promises.longer, documented)})"
    yield "– with sections: arguments, results, errors", f"{promises.sectioned:,}"


def _per_thousand(number: int, lines: Lines) -> str:
    return f"{number * 1000 / max(lines.total, 1):.1f}; {number * 1000 / max(lines.code, 1):.1f}"


def _share(part: int, whole: int) -> str:
    return f"{part / max(whole, 1):.1%}"

"""The words of the command."""

from collections.abc import Iterable, Iterator, Sequence

from scripts.ratchet.baseline import Baseline
from scripts.ratchet.findings import Kind
from scripts.ratchet.judge import Rise
from scripts.ratchet.survey import Survey

UPDATE = "python -m scripts.ratchet --update"


def show(lines: Iterable[str]) -> None:
    """Say it."""
    for line in lines:
        print(f"ratchet: {line}")


def words(rises: Sequence[Rise]) -> Iterator[str]:
    """Each rise: its numbers, every place that it may be, and what to do instead."""
    for rise in rises:
        yield f"{rise.what}: {rise.found} {rise.title}, at most {rise.allowed} allowed"
        yield from (f"  {place.path}:{place.line}: {place.what}" for place in rise.places)
        yield f"  instead: {rise.remedy}"


def summary(rise: Rise) -> str:
    """A rise in a few words, as the baseline keeps it."""
    return f"{rise.what}: {rise.title} {rise.allowed} → {rise.found}"


def doubled(survey: Survey) -> Iterator[str]:
    """Every doubled class name with its places, and how often things are called `one` in which file."""
    for name, places in survey.doubled.items():
        yield f"class {name}: {', '.join(f'{place.path}:{place.line}' for place in places)}"
    for path, number in survey.counts[Kind.ONE].items():
        yield f"{path}: {number} {Kind.ONE.title}"


def stale(baseline: Baseline, survey: Survey) -> Iterator[str]:
    """That the baseline is behind, which numbers fell, and the command that writes them."""
    for kind in Kind:
        before, now = sum(baseline.counts[kind].values()), sum(survey.counts[kind].values())
        if before != now:
            yield f"{kind.title} fell from {before} to {now}"
    if len(baseline.classes) != len(survey.classes):
        yield f"class names with several meanings fell from {len(baseline.classes)} to {len(survey.classes)}"
    yield f"the baseline is behind; lower it, so that it stays lower: {UPDATE}"


def well(survey: Survey) -> Iterator[str]:
    """That nothing rose, and how much is left."""
    left = [f"{sum(survey.counts[kind].values())} {kind.title}" for kind in Kind]
    yield f"nothing rose; left: {', '.join(left)}, {len(survey.classes)} class names with several meanings"

"""In which order runs are held against the alterations of one rule: the one that feels it is to be among the first.

Decides by what a scenario says of itself (the statements that it names, the readings that it tries), by what felt
an alteration of the same rule before, and by how short it is; never by a clock, so that two measurements of one
pack play the same runs.
"""

from collections.abc import Collection, Iterable, Sequence

from gridcase.mutation.known import KnownRun
from gridcase.mutation.mutant import Mutant


class Order:
    """The runs of a town, as they are tried on alterations of one and the same rule.

    Args:
        known: runs that go as expected while nothing is altered.
    """

    def __init__(self, known: Sequence[KnownRun]) -> None:
        self._known = known
        self._sharp: list[KnownRun] = []  # felt an alteration before, the latest last
        self._shown: set[str] = set()  # scenarios that did

    def felt(self, known: KnownRun) -> None:
        """Remember that a run felt an alteration."""
        if known in self._sharp:
            self._sharp.remove(known)
        self._sharp.append(known)
        self._shown.add(known.key)

    @property
    def shown(self) -> tuple[str, ...]:
        """The scenarios that felt an alteration."""
        return tuple(sorted(self._shown))

    def of(self, mutant: Mutant) -> list[KnownRun]:
        """Return the runs that could feel a mutant, the likeliest first."""
        wanted = self.unshown(mutant.because)
        return sorted(able(mutant, self._known), key=lambda known: self._rank(mutant, known, wanted))

    def unshown(self, because: Iterable[str]) -> frozenset[str]:
        """Return those statements that no scenario which felt something names."""
        named = {name for known in self._known if known.key in self._shown for name in known.because}
        return frozenset(because) - named

    def _rank(self, mutant: Mutant, known: KnownRun, wanted: Collection[str]) -> tuple[int | bool, ...]:
        is_sharp = known in self._sharp
        return (
            not set(wanted) & set(known.because),
            not mutant.readings.keys() & known.readings,
            -self._sharp.index(known) - 1 if is_sharp else 0,
            not set(mutant.because) & set(known.because),
            not known.parts & mutant.near,
            known.length,
        )


def able(mutant: Mutant, known: Iterable[KnownRun]) -> list[KnownRun]:
    """Return the runs that could feel a mutant at all: those in which took part what it alters."""
    if mutant.felt_by is None:
        return list(known)
    return [each for each in known if each.parts & mutant.felt_by]

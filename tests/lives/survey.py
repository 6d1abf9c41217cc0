"""Every kind of difference that random lives show, each with the shortest life for it.

python -m tests.lives.survey 500 [FIRST SEED]
"""

import sys
from collections import defaultdict

from tests.lives.comparing import Difference
from tests.lives.generator import life_of
from tests.lives.house import House
from tests.lives.lives_run import LivesRun
from tests.lives.shrinking import Shown, shortest

BATCH = 250
TRIED = 3  # lives of each kind that are made shorter


def main(number: int, first: int = 0) -> None:
    """Live so many lives and print what was seen otherwise, the most frequent kind first."""
    house = House()
    kinds: defaultdict[str, list[tuple[str, Difference]]] = defaultdict(list)
    for begin in range(first, first + number, BATCH):
        lives = {str(seed): life_of(seed) for seed in range(begin, min(begin + BATCH, first + number))}
        for name, differences in LivesRun(house, lives, begin).run().items():
            for difference in differences:
                kinds[difference.about].append((name, difference))
    for about, found in sorted(kinds.items(), key=lambda kind: -len(kind[1])):
        shown = _shortest(house, about, found)
        sys.stdout.write(f"\n=== {about}: {len(found)} times\n")
        sys.stdout.write(f"{shown or 'only among others: ' + str(found[0])}\n")
    house.close()


def _shortest(house: House, about: str, found: list[tuple[str, Difference]]) -> Shown | None:
    names = sorted({name for name, _ in found if name}, key=lambda name: len(life_of(int(name))))
    shown = [one for name in names[:TRIED] if (one := shortest(house, life_of(int(name)), about))]
    return min(shown, key=lambda one: len(one.life), default=None)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""The shortest life that still shows a difference: lines are left out, then each line is made plainer."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from tests.lives import towns
from tests.lives.actions import Action, Import, Life, Report, Step, Timed, text_of
from tests.lives.comparing import Difference
from tests.lives.house import House
from tests.lives.lives_run import LivesRun

ALONE = "alone"  # name of a life that is lived by itself
DELIVERIES = 4  # seeds of delivery with which a life is tried


@dataclass(frozen=True, slots=True)
class Shown:
    """A life that shows a difference when it is lived alone, with the seed of its delivery."""

    life: Life
    delivery: int
    difference: Difference

    def __str__(self) -> str:
        return f"{self.difference}\n{text_of(self.life)}\n(delivery {self.delivery})"


def show(house: House, life: Life, about: str) -> Shown | None:
    """Live a life alone with some deliveries; return the first that shows a difference of this kind."""
    for delivery in range(DELIVERIES):
        found = LivesRun(house, {ALONE: life}, delivery).run()
        for difference in (one for several in found.values() for one in several):
            if difference.about == about:
                return Shown(life, delivery, difference)
    return None


def shortest(house: House, life: Life, about: str) -> Shown | None:
    """Return the plainest form of a life that shows the difference alone; None where alone it does not."""
    best = show(house, life, about)
    while best is not None and (plainer := _plainer(house, best, about)) is not None:
        best = plainer
    return best


def _plainer(house: House, best: Shown, about: str) -> Shown | None:
    for life in (*_shorter(best.life), *_simpler(best.life)):
        if (found := show(house, life, about)) is not None:
            return found
    return None


def _shorter(life: Life) -> Iterator[Life]:
    """Leave out half of the lines, a quarter … one."""
    size = len(life) // 2
    while size:
        yield from (life[:at] + life[at + size :] for at in range(0, len(life), size))
        size //= 2


def _simpler(life: Life) -> Iterator[Life]:
    for at, timed in enumerate(life):
        for other in _simpler_line(timed):
            yield (*life[:at], other, *life[at + 1 :])


def _simpler_line(timed: Timed) -> Iterator[Timed]:
    if timed.after:
        yield from (replace(timed, after=after) for after in (0, 1, 3) if after < timed.after)
    yield from (replace(timed, action=action) for action in _simpler_action(timed.action))


def _simpler_action(action: Action) -> Iterator[Action]:
    plain: dict[str, Any] = {}
    if isinstance(action, Report):
        plain = {"litres": None, "sensor": False, "place": "grid-1", "category": "quarrel", "who": "citizen",
                 "town": towns.TOWN}  # fmt: skip
    elif isinstance(action, Import):
        yield from (replace(action, past=past) for past in _without_one(action.past))
        plain = {"category": "quarrel", "town": towns.TOWN}
    elif isinstance(action, Step):
        yield from (replace(action, facts=facts) for facts in _without_one(action.facts) if facts)
    if hasattr(action, "case"):
        plain["case"] = 0
    yield from (
        replace(action, **{name: value})  # type: ignore[type-var]
        for name, value in plain.items()
        if getattr(action, name) != value
    )


def _without_one(several: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    yield from (several[:at] + several[at + 1 :] for at in range(len(several)))

"""Finds circles in things that point to one another."""

from collections.abc import Iterator, Mapping, Sequence


def loops(pointing: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Return each circle once, beginning with its first member in the order of the mapping."""
    done: set[str] = set()
    for start in pointing:
        path, seen = _walk(start, pointing, done)
        done |= seen
        if path:
            yield path


def _walk(
    start: str, pointing: Mapping[str, Sequence[str]], done: set[str]
) -> tuple[tuple[str, ...], set[str]]:
    """Look for one circle that can be reached from `start`, leaving out what is known to be none."""
    trail: list[str] = []
    open_: list[Iterator[str]] = [iter([start])]
    seen: set[str] = set()
    while open_:
        following = next(open_[-1], None)
        if following is None:
            open_.pop()
            trail = trail[: len(open_) - 1]
        elif following in trail:
            circle = trail[trail.index(following) :]
            return (*circle, following), seen | set(circle)
        elif following not in seen | done:
            seen.add(following)
            trail.append(following)
            open_.append(iter(pointing.get(following, ())))
    return (), seen

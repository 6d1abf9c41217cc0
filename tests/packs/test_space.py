"""Boxes of situations against enumeration: what is empty, what meets, what is covered."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from shared.rules.pack.proof.space import Dimension, Space

SPACE = Space((Dimension("a", (1, 2, 3)), Dimension("b", (True, False)), Dimension("c", ("x", "y", None))))
POINTS = list(product(*(dimension.points for dimension in SPACE.dimensions)))
Choice = tuple[tuple[bool, ...], ...]
choices = st.tuples(
    *(st.tuples(*([st.booleans()] * len(dimension.points))) for dimension in SPACE.dimensions)
)


def box_of(choice: Choice) -> int:
    """Return the box that leaves the chosen points of each dimension."""
    box = SPACE.full
    for dimension, allowed in zip(SPACE.dimensions, choice, strict=True):
        box &= SPACE.box(dimension.name, allowed)
    return box


def inside(choice: Choice) -> set[tuple[object, ...]]:
    """Return the situations in a box, one by one."""
    kept = [
        [point for point, is_allowed in zip(dimension.points, allowed, strict=True) if is_allowed]
        for dimension, allowed in zip(SPACE.dimensions, choice, strict=True)
    ]
    return set(product(*kept))


def points_of(box: int) -> set[tuple[object, ...]]:
    """Return the situations of a box as its own description tells them."""
    left = {dimension.name: points for dimension, points in SPACE.limited(box)}
    return {
        point
        for point in POINTS
        if all(value in left.get(dimension.name, dimension.points)
               for dimension, value in zip(SPACE.dimensions, point, strict=True))
    }  # fmt: skip


@given(choices)
def test_a_box_holds_what_was_chosen(choice: Choice) -> None:
    """A box is empty exactly if some dimension has no point left."""
    assert points_of(box_of(choice)) == inside(choice)
    assert SPACE.is_empty(box_of(choice)) == (not inside(choice))


@given(choices, st.lists(choices, max_size=5))
def test_what_is_left_outside_is_found(choice: Choice, covers: list[Choice]) -> None:
    """A box outside all covers is found exactly if there is a situation outside, and lies in the box."""
    left = inside(choice) - set().union(*(inside(cover) for cover in covers))
    found = SPACE.outside(box_of(choice), [box_of(cover) for cover in covers])
    assert (found is not None) == bool(left)
    assert found is None or points_of(found) <= left


@given(choices, st.lists(choices, max_size=5))
def test_an_example_is_widened_as_far_as_it_holds(choice: Choice, covers: list[Choice]) -> None:
    """A widened example holds the first one, stays within bounds, and meets no cover."""
    boxes = [box_of(cover) for cover in covers]
    found = SPACE.outside(box_of(choice), boxes)
    if found is not None:
        wide = SPACE.widened(found, box_of(choice), boxes)
        left = inside(choice) - set().union(*(inside(cover) for cover in covers))
        assert points_of(found) <= points_of(wide) <= left


@given(choices, st.lists(choices, max_size=5))
def test_meeting_means_sharing_a_situation(choice: Choice, others: list[Choice]) -> None:
    """Two boxes meet if some situation lies in both."""
    boxes = [box_of(other) for other in others]
    expected = [box for box, other in zip(boxes, others, strict=True) if inside(choice) & inside(other)]
    assert SPACE.meeting(box_of(choice), boxes) == expected


def test_a_hard_question_is_given_up_in_favour_of_the_pack() -> None:
    """Where the work would have no end, a box counts as not covered: no rule is refused without proof."""
    wide = Space(tuple(Dimension(str(number), tuple(range(8))) for number in range(12)))
    covers = []
    for number in range(400):
        box = wide.full
        for step in range(12):
            box &= wide.box(str(step), [(number * 7 + step * 3 + point) % 5 != 0 for point in range(8)])
        covers.append(box)
    assert wide.outside(wide.full, covers) is not None

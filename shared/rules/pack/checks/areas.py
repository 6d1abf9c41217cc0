"""Checks that no two places claim the same ground, and that a place that ends goes somewhere."""

from itertools import islice

from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.checks.loops import loops
from shared.rules.pack.model import Pack
from shared.rules.pack.succession import may_overlap

MOST_OVERLAPS = 20  # shown of one town: a drawing that is shifted overlaps everywhere


def check_areas(pack: Pack, draft: Draft) -> None:
    """Complain of overlaps, of successors without an end, of places that become themselves, of codes twice."""
    _check_successors(pack, draft)
    _check_codes(pack, draft)
    drawn = [(key, place.area) for key, place in pack.places.items() if place.area]
    if len(drawn) > 1:
        from shared.rules.pack import geometry  # only a town with areas pays for the geometry library

        keys = [key for key, _ in drawn]
        pairs = geometry.overlapping(
            [area for _, area in drawn],
            lambda one, other: not may_overlap(pack.places, keys[one], keys[other]),
        )
        for one, other in ((keys[one], keys[other]) for one, other in islice(pairs, MOST_OVERLAPS)):
            draft.complain(
                "areas-overlap", draft.areas[other], one=one, other=other, line=draft.areas[one].line
            )


def _check_successors(pack: Pack, draft: Draft) -> None:
    for key, place in pack.places.items():
        if place.becomes and place.ends_on is None:
            draft.complain("becomes-without-ends", draft.entries["place", key].where("becomes"), name=key)
    turning = {key: place.becomes for key, place in pack.places.items() if place.becomes}
    for loop in loops(turning):
        where = draft.entries["place", loop[0]].where("becomes")
        draft.complain("successor-loop", where, loop=" → ".join(loop))


def _check_codes(pack: Pack, draft: Draft) -> None:
    """Two grids with the same parts would bear the same code (A-14); one that has ended gives its code back."""
    taken: dict[object, str] = {}
    for key, place in pack.places.items():
        if place.code is None or place.ends_on is not None:
            continue
        other = taken.setdefault(place.code, key)
        if other != key:
            draft.complain("code-twice", draft.entries["place", key].where("code"), one=other, other=key)

"""Checks what a town is: its levels, units, places, webhooks."""

from collections.abc import Mapping, Sequence

from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.checks.loops import loops
from shared.rules.pack.model import Pack


def check_places(pack: Pack, draft: Draft) -> None:
    """Complain of circles, of levels above nothing, of webhooks without a host."""
    noun = draft.names.noun
    vacancies = {key: (noun(unit.vacant),) for key, unit in pack.units.items() if unit.vacant}
    _check_loops(draft, "unit", "vacancy-loop", "vacant", vacancies)
    _check_loops(
        draft,
        "place",
        "place-loop",
        "part_of",
        {key: (place.part_of,) for key, place in pack.places.items() if place.part_of},
    )
    _check_above(pack, draft)
    _check_webhooks(pack, draft)
    _check_public_results(pack, draft)
    if not pack.categories:
        draft.complain("no-categories", draft.assembly.root.where("categories"))


def _check_loops(
    draft: Draft, kind: str, code: str, field: str, pointing: Mapping[str, Sequence[str]]
) -> None:
    for loop in loops(pointing):
        draft.complain(code, draft.entries[kind, loop[0]].where(field), loop=" → ".join(loop))


def _check_public_results(pack: Pack, draft: Draft) -> None:
    """What is not private is published anyway: whoever writes the key for it believes that it is private."""
    for key, category in pack.categories.items():
        if category.result_public and not category.private:
            where = draft.entries["category", key].where("result_public")
            draft.complain("result-public-not-private", where, category=key)


def _check_above(pack: Pack, draft: Draft) -> None:
    if pack.part_of == pack.town:
        draft.complain("part-of-itself", draft.assembly.root.where("part_of"))
    for key, level in pack.levels.items():
        if level.above and pack.part_of is None:
            draft.complain(
                "level-above-without-part-of", draft.entries["level", key].where("above"), level=key
            )


def _check_webhooks(pack: Pack, draft: Draft) -> None:
    for key, unit in pack.units.items():
        if "webhook" in unit.channels and not pack.webhooks:
            draft.complain("webhook-without-host", draft.entries["unit", key].where("channels"), unit=key)

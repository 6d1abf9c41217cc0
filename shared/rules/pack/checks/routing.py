"""Checks routing: every rule can decide something, and every case is decided by some rule."""

from shared.rules.pack.drafting import Draft
from shared.rules.pack.entries import Entry
from shared.rules.pack.examples import example
from shared.rules.pack.model import Pack, RoutingRule
from shared.rules.pack.situations import View

_OWNER = "department of category"


def check_routing(pack: Pack, draft: Draft) -> None:
    """Complain of rules that never decide, of cases that none decides, and of categories without an owner."""
    if not pack.routing:
        draft.complain("no-routing", draft.assembly.root.where("routing"))
        return
    if not pack.categories:
        return
    own, free = View(pack, coupled=True), View(pack, coupled=False)
    before: dict[str, list[tuple[RoutingRule, int]]] = {"own": [], "free": []}
    for rule in pack.routing:
        draft.rule = rule.origin.rule
        entry = draft.entries["rule", rule.origin.rule]
        in_own, in_free = own.boxes(rule.when, rule.origin), free.boxes(rule.when, rule.origin)
        is_towns = rule.origin.spot.file.startswith(f"{pack.town}/")
        if not in_free:
            draft.complain("rule-never-holds", entry.where("when", "rule"))
        elif is_towns and not in_own:
            draft.complain("no-category-fits", entry.where("when", "rule"))
        else:
            view, boxes, earlier = (own, in_own, before["own"]) if is_towns else (free, in_free, before["free"])
            _check_fires(view, boxes, earlier, entry, draft)
        _check_owner(own, rule, in_own, [box for _, box in before["own"]], draft)
        before["own"].extend((rule, box) for box in in_own)
        before["free"].extend((rule, box) for box in in_free)
    draft.rule = None
    _check_gap(own, [box for _, box in before["own"]], draft)


def _check_fires(
    view: View, boxes: list[int], earlier: list[tuple[RoutingRule, int]], entry: Entry, draft: Draft
) -> None:
    covers = [box for _, box in earlier]
    if any(view.space.outside(box, covers) is not None for box in boxes):
        return
    meeting = [rule for rule, cover in earlier if any(not view.space.is_empty(box & cover) for box in boxes)]
    alone = [rule for rule in meeting if _covers_alone(view, boxes, [box for one, box in earlier if one is rule])]
    guilty = list({rule.origin.rule: rule for rule in alone[:1] or meeting}.values())
    spot = guilty[0].origin.spot
    draft.complain("rule-never-fires", entry.where("when", "otherwise"), place=f"{spot.file}:{spot.line}",
                   earlier=", ".join(rule.origin.rule for rule in guilty[:3]))


def _covers_alone(view: View, boxes: list[int], covers: list[int]) -> bool:
    return all(view.space.outside(box, covers) is None for box in boxes)


def _check_owner(view: View, rule: RoutingRule, boxes: list[int], earlier: list[int], draft: Draft) -> None:
    """A rule that sends cases to the department of their category must not meet a category without one."""
    if _OWNER not in (rule.then.lead, *rule.then.assist):
        return
    ownerless = view.categories(lambda category: not category.departments)
    for box in boxes:
        piece = view.space.outside(box & ownerless, earlier)
        if piece is not None:
            region = view.space.widened(piece, box & ownerless, earlier)
            left = {dimension.name: points for dimension, points in view.space.limited(region)}
            key = str(left.get("category", tuple(view.pack.categories))[0])
            draft.complain("category-without-owner", draft.entries["category", key].where("department"),
                           category=key, route=rule.origin.rule, example=example(view.space, region))
            return


def _check_gap(view: View, boxes: list[int], draft: Draft) -> None:
    piece = view.space.outside(view.space.full, boxes)
    if piece is not None:
        region = view.space.widened(piece, view.space.full, boxes)
        last = draft.assembly.lists["routing"][-1].item
        draft.complain("routing-gap", last.head, example=example(view.space, region))

"""Checks routing: every rule can decide something, and every case is decided by some rule."""

from dataclasses import dataclass, field

from shared.kernel.texts import Text
from shared.rules.language.entries import Entry
from shared.rules.logic.condition import ALWAYS
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.categories import departments
from shared.rules.pack.model import Pack, RoutingRule
from shared.rules.pack.proof.examples import example
from shared.rules.pack.proof.situations import View, keys_of

_OWNER = "department of category"


@dataclass(slots=True)
class Seen:
    """The rules that come before, in one view: each with its boxes, and all boxes together."""

    view: View
    rules: list[tuple[RoutingRule, list[int]]] = field(default_factory=list)
    covers: list[int] = field(default_factory=list)

    def add(self, rule: RoutingRule, boxes: list[int]) -> None:
        """Put a rule behind the others."""
        self.rules.append((rule, boxes))
        self.covers += boxes


def check_routing(pack: Pack, draft: Draft, own: View, free: View) -> None:
    """Complain of rules that never decide, of cases that none decides, and of categories without an owner."""
    in_own, in_free = Seen(own), Seen(free)
    for rule in pack.routing:
        draft.rule = rule.origin.rule
        entry = draft.entries["rule", rule.origin.rule]
        own_boxes, free_boxes = own.boxes(rule), free.boxes(rule)
        is_towns = rule.origin.spot.file.startswith(f"{pack.town}/")
        if not free_boxes:
            draft.complain("rule-never-holds", entry.where("when", "rule"))
        elif is_towns and not own_boxes:
            draft.complain("no-category-fits", entry.where("when", "rule"))
        else:
            _check_fires(*((in_own, own_boxes) if is_towns else (in_free, free_boxes)), entry, draft)
        _check_owner(in_own, rule, own_boxes, draft)
        in_own.add(rule, own_boxes)
        in_free.add(rule, free_boxes)
    draft.rule = None
    _check_gap(in_own, draft)


def _check_fires(seen: Seen, boxes: list[int], entry: Entry, draft: Draft) -> None:
    space = seen.view.space
    if any(space.outside(box, seen.covers) is not None for box in boxes):
        return
    meeting = [
        (rule, covers) for rule, covers in seen.rules if any(space.meeting(box, covers) for box in boxes)
    ]
    alone = (rule for rule, covers in meeting if all(space.outside(box, covers) is None for box in boxes))
    first = next(alone, None)
    guilty = [first] if first else [rule for rule, _ in meeting]
    spot = guilty[0].origin.spot
    draft.complain(
        "rule-never-fires",
        entry.where("when", "otherwise"),
        place=f"{spot.file}:{spot.line}",
        earlier=", ".join(rule.origin.rule for rule in guilty[:3]),
    )


def _check_owner(seen: Seen, rule: RoutingRule, boxes: list[int], draft: Draft) -> None:
    """A rule that sends cases to the department of their category must not meet a category without one."""
    if _OWNER not in (rule.then.lead, *rule.then.assist):
        return
    view = seen.view
    ownerless = view.categories(lambda named: not departments(view.pack, named))
    for box in boxes:
        piece = view.space.outside(box & ownerless, seen.covers)
        if piece is not None:
            region = view.space.widened(piece, box & ownerless, seen.covers)
            left = {dimension.name: points for dimension, points in view.space.limited(region)}
            key = keys_of(left.get("category", tuple(view.pack.categories))[0])[0]
            draft.complain(
                "category-without-owner",
                draft.entries["category", key].where("department"),
                category=key,
                route=rule.origin.rule,
                example=example(view.space, region),
            )
            return


def _check_gap(seen: Seen, draft: Draft) -> None:
    space = seen.view.space
    piece = space.outside(space.full, seen.covers)
    if piece is not None:
        region = space.widened(piece, space.full, seen.covers)
        last = draft.assembly.lists["routing"][-1].item
        dates = _dates_of_default(seen.view.pack, draft)
        if dates:
            draft.rule = seen.view.pack.routing[-1].origin.rule
            terms = {"dates": _said(dates), "line": dates.node.line, "example": example(space, region)}
            draft.complain("default-rule-dated", last.head, **terms)
        else:
            draft.complain("routing-gap", last.head, example=example(space, region))


def _dates_of_default(pack: Pack, draft: Draft) -> Entry | None:
    """Return the dates of a default rule, its own or inherited: days without a rule are then those they leave out."""
    last = pack.routing[-1]
    return draft.entries["rule", last.origin.rule].entry("valid") if last.when == ALWAYS else None


def _said(dates: Entry) -> Text:
    first, last = dates.day("from"), dates.day("until")
    chinese = f"{first}至{last}" if first and last else f"{first}起" if first else f"{last}止"
    return Text(chinese, " ".join([f"from {first}"] * bool(first) + [f"until {last}"] * bool(last)))

"""Checks what limits and notices do under the decisions that routing can make.

A limit or notice asks about level, lead and procedure; these are what some routing rule decides, in the
situations in which it decides. So two limits disagree only where a case can really meet both.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product

from shared.rules.language.entries import Entry
from shared.rules.language.errors import Where
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.model import Hidden, Limit, Notice, Pack, RoutingRule, StepCondition, Urgent
from shared.rules.pack.proof.examples import example
from shared.rules.pack.proof.situations import View

_PUBLISHED = "published"  # the milestone that a publication under a condition reaches
Asked = Limit | Notice | Hidden | Urgent  # rules that are asked under a decision
_NEVER: Mapping[type, str] = {
    Limit: "limit-never-applies",
    Notice: "notice-never-sent",
    Hidden: "hidden-never-applies",
    Urgent: "urgent-never-applies",
}


@dataclass(frozen=True, slots=True)
class Decided:
    """A routing rule with the boxes in which it holds and those in which another decides first."""

    rule: RoutingRule
    boxes: list[int]
    earlier: list[int]


def check_together(pack: Pack, draft: Draft, own: View, free: View) -> None:
    """Complain of limits that disagree or never apply, of notices never sent, of missing supervisors."""
    decided, decided_free = list(decided_by(own)), list(decided_by(free))
    rules: list[Asked] = [*pack.limits, *pack.tell, *pack.hidden, *pack.urgent]
    for rule in rules:
        draft.rule = rule.origin.rule
        # A template's rule is not dead only because this town has no category for it: it is asked with such facts free.
        mine = is_towns(pack, rule)
        _check_applies(own if mine else free, decided if mine else decided_free, rule, draft)
    _check_conditions(pack, draft, own, free)
    for level in (key for key, level in pack.levels.items() if level.supervisor is None):
        _check_supervisor(own, [route for route in decided if _level(pack, route) == level], level, draft)
    _check_limits(own, decided, draft)
    _check_publications(own, draft)
    draft.rule = None


def _check_conditions(pack: Pack, draft: Draft, own: View, free: View) -> None:
    """Complain of steps, and of marks of steps, whose condition holds of no case."""
    draft.rule = None
    for step in pack.steps.values():
        entry = draft.entries["step", step.key]
        if step.condition is not None and _never_holds(pack, step.condition, own, free):
            draft.complain("step-never-applies", entry.where("when"), step=step.key)
        for mark, condition in step.mark_conditions.items():
            if _never_holds(pack, condition, own, free):
                code = "publication-never-holds" if mark == _PUBLISHED else "mark-never-applies"
                draft.complain(code, _where_marked(entry, mark), step=step.key, name=mark)


def _never_holds(pack: Pack, condition: StepCondition, own: View, free: View) -> bool:
    return not (own if is_towns(pack, condition) else free).boxes(condition)


def _where_marked(step: Entry, mark: str) -> Where:
    named = ("publish", None) if mark == _PUBLISHED else ("mark", mark)
    found = (
        each for each in step.entries("does") if named[0] in each and named[1] in (None, each.name("mark"))
    )
    return next(found, step).where("when")


def decided_by(view: View) -> Iterator[Decided]:
    """Return every routing rule with where it holds and where an earlier one decides, in the pack's order."""
    earlier: list[int] = []
    for rule in view.pack.routing:
        boxes = view.boxes(rule)
        yield Decided(rule, boxes, list(earlier))
        earlier += boxes


def _meeting(view: View, route: Decided, *rules: Asked) -> int | None:
    """Return situations that `route` decides and in which all the rules hold, or None."""
    held = route.boxes
    for rule in rules:
        boxes = view.boxes(rule, route.rule)
        held = [one & other for one in held for other in boxes if not view.space.is_empty(one & other)]
    for box in held:
        piece = view.space.outside(box, route.earlier)
        if piece is not None:
            return view.space.widened(piece, box, route.earlier)
    return None


def _check_applies(view: View, decided: list[Decided], rule: Asked, draft: Draft) -> None:
    if not any(_meeting(view, route, rule) is not None for route in decided):
        draft.complain(_NEVER[type(rule)], _entry(rule, draft).where("when", "rule"))


def _entry(rule: Asked, draft: Draft) -> Entry:
    return draft.entries["rule", rule.origin.rule]


def is_towns(pack: Pack, rule: Asked | RoutingRule | StepCondition) -> bool:
    """Tell whether a rule stands in the town's own files, and not in a template's."""
    return rule.origin.spot.file.startswith(f"{pack.town}/")


def _level(pack: Pack, route: Decided) -> str | None:
    return pack.noun(route.rule.then.levels[0]) if route.rule.then.levels else None


def _check_supervisor(view: View, decided: list[Decided], level: str, draft: Draft) -> None:
    """A level without a supervisor must not be met by a rule that wants one."""
    limits = [rule for rule in view.pack.limits if any("supervisor" in one.to for one in rule.escalate)]
    rules: list[Limit | Notice] = [*limits, *(rule for rule in view.pack.tell if "supervisor" in rule.who)]
    for rule, route in product(rules, decided):
        region = _met_at(view, route, rule)
        if region is not None:
            draft.rule = rule.origin.rule
            draft.complain(
                "supervisor-missing",
                draft.entries["level", level].where("name"),
                level=level,
                rule=rule.origin.rule,
                example=example(view.space, region),
            )
            return


def _met_at(view: View, route: Decided, rule: Limit | Notice) -> int | None:
    """A notice on a clock's event is met only where a limit sets the clock."""
    if isinstance(rule, Limit):
        return _meeting(view, route, rule)
    for event in rule.on:
        clock, is_clock, _ = event.rpartition(" ")
        limits = [limit for limit in view.pack.limits if limit.clock == clock]
        for met in [(limit, rule) for limit in limits] if is_clock else [(rule,)]:
            region = _meeting(view, route, *met)
            if region is not None:
                return region
    return None


def _check_limits(view: View, decided: list[Decided], draft: Draft) -> None:
    for one, other in combinations(view.pack.limits, 2):
        if not _share_a_clock(one, other) or _says(one) == _says(other) or not _may_meet(view, one, other):
            continue
        region = next(
            (found for route in decided if (found := _meeting(view, route, one, other)) is not None), None
        )
        if region is not None:
            _complain_of_two(
                view, *((one, other) if is_towns(view.pack, one) else (other, one)), region, draft
            )


def _share_a_clock(one: Limit, other: Limit) -> bool:
    """A default limit gives way to any other of its clock (RC-20), so that the two never hold together."""
    return one.clock == other.clock and one.default == other.default


def _may_meet(view: View, one: Limit, other: Limit) -> bool:
    """Tell whether two limits can hold at once if any level, lead and procedure could be decided."""
    theirs = view.boxes(other)
    return any(view.space.meeting(box, theirs) for box in view.boxes(one))


def _complain_of_two(view: View, mine: Limit, other: Limit, region: int, draft: Draft) -> None:
    draft.rule = mine.origin.rule
    place = f"{other.origin.spot.file}:{other.origin.spot.line}"
    draft.complain(
        "limits-disagree",
        _entry(mine, draft).where("within"),
        other=other.origin.rule,
        place=place,
        clock=mine.clock,
        example=example(view.space, region),
    )


def _says(limit: Limit) -> tuple[object, ...]:
    return (limit.within, limit.ends_at, limit.start, limit.until, limit.cap, limit.cap_from, limit.target_minutes,
            tuple(sorted(limit.readings.items())))  # fmt: skip


def _check_publications(view: View, draft: Draft) -> None:
    """A publication that only private categories could cause is never made (A-20)."""
    shown = view.categories(lambda named: not any(view.pack.categories[key].private for key in named))
    for notice in view.pack.tell:
        if "public" not in notice.who:
            continue
        boxes = view.boxes(notice)
        if boxes and all(view.space.is_empty(box & shown) for box in boxes):
            draft.rule = notice.origin.rule
            draft.complain("public-notice-of-private", _entry(notice, draft).where("when", "who"))

"""Checks that whoever may take a step can see a case in which it is open (from format 2 on).

Complains only of what no case can bring about: a unit that never holds a case while all cases of the step are private,
or one that is not named by a rule which hides all of them for as long as the step is open. Whom a party means depends
on the single case: such a word is given the benefit of the doubt.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.kernel.texts import Text
from shared.rules.language.vocabulary import ACTORS, PARTIES
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.checks.reach import by_itself, milestones_of
from shared.rules.pack.checks.together import Decided, decided_by
from shared.rules.pack.model import BY_FACT, EffectKind, Hidden, Pack, Step
from shared.rules.pack.proof.situations import View

_ANYBODY = ("first contact", "grid worker")  # words that may mean whatever unit there is
_WHY_PRIVATE = Text(
    "这类案件不公开，该单位又从不办理", "its cases are private, and this unit never holds any"
)
_WHY_HIDDEN = Text("规则“{rule}”使它一直看不到", "the rule '{rule}' hides them from it all the time")


@dataclass(frozen=True, slots=True)
class Sight:
    """What is worked out of a pack once.

    Args:
        holders: keys of units that may come to hold a case.
        asked: steps that others ask for approval: whoever may take them sees the case (A-32).
        private: the box of the cases that are private.
    """

    view: View
    private: int
    decided: tuple[Decided, ...]
    holders: frozenset[str]
    asked: frozenset[str]


def check_sight(pack: Pack, draft: Draft, own: View) -> None:
    """Complain of units among those who may take a step that can never see a case in which it is open."""
    refusals = (effect.refusal for step in pack.steps.values() for effect in step.does if effect.refusal)
    asked = frozenset((*_of(pack, EffectKind.ASK_APPROVAL), *refusals))
    private = own.categories(lambda named: any(pack.categories[key].private for key in named))
    sight = Sight(own, private, tuple(decided_by(own)), frozenset(_holders(pack)), asked)
    for step in pack.steps.values():
        entry = draft.entries["step", step.key]
        # A template's words are not wrong only because this town's categories are what they are.
        if step.key in sight.asked or not entry.node.where.file.startswith(f"{pack.town}/"):
            continue
        for word in (word for word in step.who if word not in ACTORS):
            if why := _why_never(pack, sight, step, pack.noun(word)):
                terms = {"step": step.key, "who": word, "why": why}
                draft.complain("step-out-of-sight", entry.where("who"), **terms)


def _why_never(pack: Pack, sight: Sight, step: Step, unit: str) -> Text | None:
    """Return why the unit sees no case in which the step is open; None: it may see one, or there is none."""
    routes = [route for route in sight.decided if _is_open(pack, route, step)]
    causes = [_why_not(pack, sight, route, step, unit) for route in routes]
    return causes[0] if causes and all(causes) else None


def _is_open(pack: Pack, route: Decided, step: Step) -> bool:
    procedure = pack.procedures.get(route.rule.then.procedure)
    is_listed = procedure is not None and step.key in procedure.steps
    return (step.any_time or is_listed) and not route.rule.then.returned


def _why_not(pack: Pack, sight: Sight, route: Decided, step: Step, unit: str) -> Text | None:
    if unit in _named(pack, route, ("lead", "assisting")) or _is_anybodys(route):
        return None
    if unit not in sight.holders and _is_covered(sight.view, route, [sight.private]):
        return _WHY_PRIVATE
    hiding = (rule for rule in pack.hidden if _hides(pack, sight, route, step, unit, rule))
    rule = next(hiding, None)
    return _in(_WHY_HIDDEN, rule.origin.rule) if rule else None


def _is_anybodys(route: Decided) -> bool:
    return not {route.rule.then.lead, *route.rule.then.assist}.isdisjoint(_ANYBODY)


def _is_covered(view: View, route: Decided, boxes: list[int]) -> bool:
    """Tell whether whatever the route decides lies in the boxes; a route that decides nothing does not."""
    pieces = [piece for box in route.boxes if (piece := view.space.outside(box, route.earlier)) is not None]
    return bool(pieces) and all(
        view.space.outside(box, [*route.earlier, *boxes]) is None for box in route.boxes
    )


def _hides(pack: Pack, sight: Sight, route: Decided, step: Step, unit: str, rule: Hidden) -> bool:
    if unit in _named(pack, route, rule.seen_by) or "unit_staff" in rule.seen_by:
        return False
    if any(word in PARTIES and word not in ("lead", "assisting", "supervisor") for word in rule.seen_by):
        return False
    if _ends_before(pack, route, step, rule.until):
        return False
    return _is_covered(sight.view, route, sight.view.boxes(rule, route.rule))


def _ends_before(pack: Pack, route: Decided, step: Step, milestone: str) -> bool:
    """Tell whether the milestone may stand when the step is taken."""
    if milestone in by_itself(pack):
        return True
    procedure = pack.procedures[route.rule.then.procedure]
    listed = procedure.steps
    before = listed[: listed.index(step.key)] if step.key in listed and not step.any_time else listed
    others = (other for other in pack.steps.values() if other.key != step.key)
    taken = (other for other in others if other.any_time or other.key in before)
    return any(milestone in milestones_of(other) for other in taken)


def _named(pack: Pack, route: Decided, words: Iterable[str]) -> frozenset[str]:
    """Return the keys of units that words mean under a route, as far as it says so."""
    then = route.rule.then
    meant: dict[str, Iterable[str]] = {
        "lead": (then.lead or "",),
        "assisting": then.assist,
        "supervisor": (level.supervisor or "" for level in pack.levels.values()),
    }
    keys = [key for word in words for key in meant.get(word, (word,))]
    return frozenset(unit for key in keys for unit in _units(pack, key))


def _units(pack: Pack, word: str) -> Iterator[str]:
    """The units that a word may mean as lead or assistant, in whatever case."""
    if word == "supervisor":
        yield from (level.supervisor for level in pack.levels.values() if level.supervisor)
    elif word == "unit of place":
        yield from (place.dedicated_to for place in pack.places.values() if place.dedicated_to)
    elif word.startswith(BY_FACT):
        yield from pack.facts[word.removeprefix(BY_FACT)].type.values
    elif word in PARTIES:
        yield from (pack.noun(unit) for category in pack.categories.values() for unit in category.departments)
        yield pack.fallback
    elif word:
        yield pack.noun(word)


def _holders(pack: Pack) -> Iterator[str]:
    words = [word for rule in pack.routing for word in (rule.then.lead, *rule.then.assist) if word]
    for word in (*words, *_of(pack, EffectKind.ISSUE), pack.fallback):
        yield from _units(pack, word)


def _of(pack: Pack, kind: EffectKind) -> Iterator[str]:
    done = (effect for step in pack.steps.values() for effect in step.does if effect.kind is kind)
    return (effect.value for effect in done if effect.value)


def _in(text: Text, rule: str) -> Text:
    return Text(text.zh.format(rule=rule), text.en.format(rule=rule))

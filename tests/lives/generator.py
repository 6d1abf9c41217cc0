"""Random lives from a seed: the same seed is the same life for ever.

A life is a row of passages: mostly single steps, and short sequences that random steps alone would seldom hit upon –
a case settled and reopened, merged, sent to another town and corrected there, handed up and back.
"""

from collections.abc import Mapping, Sequence
from random import Random

from tests.lives import actions, towns
from tests.lives.actions import Action, Life, Timed

LONGEST = 6
LAST = -1  # the case that came up last
_PAUSES = (0, 0, 0, 0, 0, 1, 3, 3, 3, 6, 6, 12)  # thirds of a day between two actions
_STEPS = {
    "correct": 9, "hand-up": 3, "hand-back": 1, "decline": 3, "take": 4, "settle": 4, "not-content": 1,
    "verify": 1, "publish": 1, "close": 1, "wait": 1, "wait-all": 1, "go-on": 1, "go-on-all": 1,
    "note-reason": 4, "set-due": 3, "set-settle-due": 2, "stop-attend": 2, "stop-settle": 1, "urge": 5,
    "calm": 1, "find": 1, "excuse": 1, "call-in": 1,
}  # fmt: skip
_PAST = ("take", "settle", "not-content", "wait", "go-on", "stop-settle", "urge", "hand-up", "give:bureau",
         "give:station", "give:office")  # fmt: skip
_PASSAGES = {
    "step": 42, "redecide": 13, "again": 6, "merge": 3, "alarm": 1, "link": 6, "pause": 5, "back": 4, "home": 1,
    "time": 8,
}  # fmt: skip
_TOWNS = {towns.TOWN: 6, towns.CITY: 3, towns.VILLAGE: 2, towns.SHORE: 2}
Facts = tuple[tuple[str, str | int | bool], ...]


def life_of(seed: int) -> Life:
    """Return the life of a seed."""
    random = Random(seed)
    town = _chosen(random, _TOWNS)
    lines: list[Action] = [_import(random, town) if random.random() < 0.12 else _report(random, town)]
    wanted = random.randint(3, LONGEST)
    while len(lines) < wanted:
        lines += _passage(random, town)
    return tuple(Timed(random.choice(_PAUSES), action) for action in lines)


def _passage(random: Random, town: str) -> Sequence[Action]:
    kind = _chosen(random, _PASSAGES)
    case = random.choice((0, 0, 0, LAST))
    if kind == "redecide":
        return [_redecide(random, case)]
    if kind == "step":
        return [_step(random, case, _chosen(random, _STEPS))]
    if kind == "home":
        split = actions.Report(town, "citizen", "noise", "split-grid")
        return [split, actions.ChooseHome(LAST, random.choice(towns.PLACES))]
    return _sequence(random, town, kind, case)


def _sequence(random: Random, town: str, kind: str, case: int) -> Sequence[Action]:
    if kind == "time":  # and another edition after time has done something by this one
        return [
            actions.Redecide(case, "time-acts", True),
            _step(random, case, "urge"),
            _redecide(random, case),
        ]
    if kind == "merge":
        return [_report(random, town), random.choice((actions.Merge(LAST, 0), actions.Merge(0, LAST)))]
    if kind == "alarm":
        alarm = actions.Report(town, "worker", "noise", "grid-1", sensor=True)
        return [alarm, alarm, actions.Confirm(LAST), alarm]
    if kind == "link":
        sent = actions.Step(0, random.choice(list(towns.HOMES[town].links)))
        return [sent, random.choice((_step(random, LAST, "correct"), _redecide(random, LAST)))]
    steps = {
        "again": ("settle", "not-content"),
        "pause": (random.choice(("wait", "wait-all")), random.choice(("go-on", "go-on-all"))),
        "back": ("hand-up", "hand-back"),
    }[kind]
    return [actions.Step(case, step) for step in steps]


def _redecide(random: Random, case: int) -> actions.Redecide:
    return actions.Redecide(case, random.choice(list(towns.EDITIONS)), random.random() < 0.75)


def _report(random: Random, town: str) -> actions.Report:
    who = random.choice(("citizen", "citizen", "worker", "clerk", "inspector"))
    place = random.choice(("grid-1", "grid-1", *towns.PLACES))
    litres = random.choice((None, None, 5, 50, 500))
    return actions.Report(town, who, random.choice(towns.CATEGORIES), place, litres)


def _import(random: Random, town: str) -> actions.Import:
    past = tuple(random.choice(_PAST) for _ in range(random.randint(0, 5)))
    return actions.Import(town, random.choice(towns.CATEGORIES), past)


def _step(random: Random, case: int, step: str) -> actions.Step:
    if step == "correct":
        return actions.Step(case, step, _corrected(random))
    is_dated = step in ("set-due", "set-settle-due") or (step == "note-reason" and random.random() < 0.6)
    return actions.Step(case, step, (), random.choice((20, 60, 200)) if is_dated else None)


def _corrected(random: Random) -> Facts:
    possible: Facts = (
        ("category", random.choice(towns.CATEGORIES)),
        ("place", random.choice(towns.PLACES)),
        ("litres", random.choice((5, 50, 500))),
        ("by_the_lake", random.choice((True, False))),
    )
    return tuple(sorted(random.sample(possible, random.choice((1, 1, 2)))))


def _chosen(random: Random, weighed: Mapping[str, int]) -> str:
    return random.choices(list(weighed), list(weighed.values()))[0]

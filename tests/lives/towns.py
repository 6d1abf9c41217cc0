"""Four small related towns for random lives: a city, two of its towns, and a village of one of them.

All share their steps, limits and facts, so that a case can go anywhere; each has routing of its own. Editions are
the same text with a passage replaced.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.lives import pack_texts

CITY, TOWN, SHORE, VILLAGE = "c-lake", "t-hill", "t-shore", "v-mill"
PART_OF: Mapping[str, str | None] = {CITY: None, TOWN: CITY, SHORE: CITY, VILLAGE: TOWN}
BASE = "base"
LATE = "comes-late"  # published with the others; its message is still on its way when a life begins
FOLLOWED = "followed"  # of the shore alone: running cases follow it from its day of effect
BEGIN = datetime(2026, 3, 9, 1, tzinfo=UTC)  # a Monday, 09:00 there
DAWN = datetime(2026, 1, 1, tzinfo=UTC)
FOLLOWED_FROM = datetime(2026, 3, 15, 16, tzinfo=UTC)  # midnight there
PLACES = ("grid-1", "grid-2", "old-grid", "split-grid")
CATEGORIES = ("quarrel", "noise", "dumping", "secret")
STAGES = ("attend", "answer", "settle", "feed_back", "decide")
SHOW_STAGE = "show"  # of one edition alone
ALL_STAGES = (*STAGES, SHOW_STAGE)


@dataclass(frozen=True, slots=True)
class Home:
    """One of the towns: where it can send a case.

    Args:
        links: step → jurisdiction in which the step opens a linked case.
    """

    key: str
    links: Mapping[str, str] = field(default_factory=dict)

    def files(self, *changes: tuple[str, str]) -> Mapping[str, str]:
        """Return the files of an edition: the town's text with passages replaced.

        Raises:
            ValueError: a passage does not stand there.
        """
        head = pack_texts.HEAD.format(key=self.key, **_above(PART_OF[self.key]))
        steps = pack_texts.STEPS.format(links="".join(map(_link, self.links.items())))
        parts: Mapping[str, str] = {
            "pack": head,
            "steps": steps,
            "limits": pack_texts.LIMITS,
            "tell": pack_texts.TELL,
        }
        for old, new in changes:
            parts = _replaced(parts, old, new)
        return {f"{self.key}/{name}.yaml": text for name, text in parts.items()}


def _above(parent: str | None) -> Mapping[str, str]:
    if parent is None:
        return {"part_of": "", "above": "", "pass_to": ""}
    return {"part_of": f"part_of: {parent}", "above": ", above: yes", "pass_to": f", pass_to: {parent}"}


def _link(link: tuple[str, str]) -> str:
    step, jurisdiction = link
    return (
        f"  {step}: {{name: {{zh: 转, en: {step}}}, who: [lead, operator], "
        f"does: [{{open linked case: {jurisdiction}}}], any_time: yes}}\n"
    )


def _replaced(parts: Mapping[str, str], old: str, new: str) -> Mapping[str, str]:
    if not any(old in text for text in parts.values()):
        raise ValueError(f"no part of the pack says {old!r}")
    return {name: text.replace(old, new) for name, text in parts.items()}


HOMES: Mapping[str, Home] = {
    CITY: Home(CITY, {"send-down": TOWN, "send-far-down": VILLAGE}),
    TOWN: Home(TOWN, {"send-down": VILLAGE, "send-up": CITY, "send-across": SHORE}),
    SHORE: Home(SHORE, {"send-across": TOWN}),
    VILLAGE: Home(VILLAGE, {"send-up": TOWN}),
}

# What each edition changes; every town has them all.
EDITIONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    BASE: (),
    "shorter": (
        ("within: 3 working days\n", "within: 2 working days\n"),
        ("within: 9 days", "within: 40 hours"),
    ),
    "other-starts": (
        ("from: first assigned", "from: assigned"),
        ("from: first accepted", "from: reported"),
        ("from: reported, until: [found", "from: first accepted, until: [found"),
    ),
    "other-leads": (
        (
            "level: mid, lead: office, assist: first contact",
            "level: low, lead: station, assist: first contact",
        ),
        ("level: low, lead: station, procedure: plain}", "level: mid, lead: office, procedure: other}"),
    ),
    "other-rounds": (
        ("RC-13: remaining", "RC-13: immediate"),
        ("RC-12: overall, RC-13: immediate", "RC-13: remaining"),
    ),
    "runs-on": (("RC-19: stops", "RC-19: runs_on"), ("RC-18: moves", "RC-18: stays")),
    "more-to-time": (("limits:\n", pack_texts.SHOW_LIMIT),),
    "less-to-time": (
        ("{urgent: yes}, {litres: {at_least: 10}}", "{urgent: yes}, {litres: {at_least: 1000}}"),
    ),
    "double": (
        ("RC-19: stops", "RC-19: stops, RC-9: double"),
        ("cap: {within: 8 working days}", "warn: 1 day before"),
    ),
    "not-ours": (("  - rule: crowd\n", pack_texts.NOT_OURS),),
    "long": (
        ("within: 3 working days, from: first assigned", "within: 300 working days, from: first assigned"),
    ),
    "time-acts": (
        ("zone: Asia/Shanghai\n", "zone: Asia/Shanghai\nformat: 2\nhit_policy: first\n"),
        ("from: category, name: {zh: 气味", "from: category, combine: any, name: {zh: 气味"),
        (
            "within: 3 working days, from: first assigned",
            "within: 3 working days, at: 15:00, from: first assigned",
        ),
        ("    warn: 1 working day before\n    escalate: [{to: supervisor}]\n", pack_texts.TIME_ACTS),
        ("steps:\n", pack_texts.STEPS_OF_TIME),
    ),
    LATE: (("within: 5 working days", "within: 6 working days"),),
}
VARIANTS = tuple(name for name in EDITIONS if name not in (BASE, LATE))
FOLLOWED_CHANGES = (
    ("fallback: office", "fallback: office\nrunning_cases: follow"),
    ("within: 2 days", "within: 3 days"),
)


def stages_of(edition: str) -> tuple[str, ...]:
    """Return every stage that limits of an edition time."""
    return ALL_STAGES if edition == "more-to-time" else STAGES

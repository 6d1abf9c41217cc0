"""What the platform itself knows of every case: its facts, its milestones, who may stand where.

Decides nothing; the lists are closed and named in the documentation of the format.
"""

from collections.abc import Mapping

from shared.kernel.texts import Text
from shared.rules.language import vocabulary
from shared.rules.logic.facts import FactType, Kind
from shared.rules.pack.model import Fact, Spot

_HERE = Spot("", 0)
_FACTS: Mapping[str, tuple[FactType, Text]] = {
    name: (type_, text)
    for name, type_, text in (
        ("category", FactType("category", Kind.TEXT), Text("类别", "category")),
        ("channel", FactType("channel", Kind.TEXT), Text("渠道", "channel")),
        (
            "departments",
            FactType("departments", Kind.INT, low=0),
            Text("涉及部门数", "departments concerned"),
        ),
        ("dedicated", FactType("dedicated", Kind.BOOL), Text("在专属网格", "in a dedicated grid")),
        ("level", FactType("level", Kind.TEXT), Text("办理层级", "level of handling")),
        ("lead", FactType("lead", Kind.TEXT), Text("牵头单位", "lead unit")),
        ("procedure", FactType("procedure", Kind.TEXT), Text("程序", "procedure")),
        ("round", FactType("round", Kind.INT, low=1), Text("轮次", "round")),
        (
            "finder",
            FactType("finder", Kind.CHOICE, tuple(vocabulary.FINDERS.chinese)),
            Text("发现人", "who found it"),
        ),
        ("from_above", FactType("from_above", Kind.BOOL), Text("上级交办", "passed down from above")),
        ("reporters", FactType("reporters", Kind.INT, low=1), Text("反映人数", "reporters")),
        ("repeats", FactType("repeats", Kind.INT, low=0), Text("重复次数", "repetitions")),
    )
}

# Known from the beginning of every case; the others come with a decision, or not at all.
ALWAYS_KNOWN = frozenset(_FACTS) - {"channel", "level", "lead", "procedure", "finder"}

# Who may lead and who may assist: someone whom the case itself can name.
LEADERS = (
    "previous lead",
    "first contact",
    "grid worker",
    "department of category",
    "unit of place",
    "supervisor",
)
ASSISTANTS = (*LEADERS, "departments of category", "other departments of category")

ALWAYS_REACHED = frozenset({"reported", "assigned", "merged", "took_in"})
PUBLIC_PLACEHOLDERS = frozenset(
    {"case.number", "case.category", "case.state", "case.level", "case.reason", "town"}
)


def platform_facts() -> Mapping[str, Fact]:
    """Return the facts that need no declaration."""
    return _PLATFORM


_FINDERS = {word: Text(zh, word.replace("_", " ")) for word, zh in vocabulary.FINDERS.chinese.items()}
_PLATFORM: Mapping[str, Fact] = {
    name: Fact(type_, text, "platform", Text(), None, _HERE, value_names=_FINDERS if name == "finder" else {})
    for name, (type_, text) in _FACTS.items()
}

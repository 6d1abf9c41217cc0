"""What is proved about rules, against trying out every situation.

Rules are made as text together with a plain Python function that says the same; the loader sees the text,
the oracle tries the functions on every situation that the facts allow.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.rules.language.errors import PackError, PackErrors
from shared.rules.pack.read import build_pack
from tests.packs.corpus import TOWN, base_files

Situation = dict[str, Any]
Asks = tuple[str, Callable[[Situation], bool]]

SITUATIONS: list[Situation] = [
    {
        "category": category,
        "urgent": urgent,
        "depth": depth,
        "parties": "units" if category == "road" else "residents",
    }
    for category, urgent, depth in product(
        ("dispute", "road", "secret"), (True, False, None), (0, 9, 10, 11, 19, 20, 21, 100)
    )
]
LEFT_OUT = "beyond, department-matter, anything-else, low-limit, high-limit, tell-of-breach, tell-lead"
ABOUT_ROUTING = {
    "rule-never-holds": "nothing",
    "no-category-fits": "nothing",
    "rule-never-fires": "rule-never-fires",
    "routing-gap": "routing-gap",
}


def _known(value: Any, holds: bool) -> bool:
    return value is not None and holds


TESTS: list[Asks] = [
    ("{urgent: yes}", lambda case: case["urgent"] is True),
    ("{urgent: no}", lambda case: case["urgent"] is False),
    ("{urgent: {present: no}}", lambda case: case["urgent"] is None),
    ("{urgent: {not: yes}}", lambda case: _known(case["urgent"], case["urgent"] is not True)),
    ("{depth: {at_least: 10}}", lambda case: case["depth"] >= 10),
    ("{depth: {less_than: 20}}", lambda case: case["depth"] < 20),
    ("{depth: {at_least: 10, at_most: 20}}", lambda case: 10 <= case["depth"] <= 20),
    ("{depth: 20}", lambda case: case["depth"] == 20),
    ("{category: dispute}", lambda case: case["category"] == "dispute"),
    ("{category: [road, secret]}", lambda case: case["category"] in ("road", "secret")),
    ("{category: {not: [road, secret]}}", lambda case: case["category"] == "dispute"),
    ("{parties: units}", lambda case: case["parties"] == "units"),
    ("{departments: {at_least: 1}}", lambda case: case["category"] == "road"),
]


def _all(parts: list[Asks]) -> Asks:
    return f"{{all: [{', '.join(text for text, _ in parts)}]}}", lambda case: all(
        holds(case) for _, holds in parts
    )


def _any(parts: list[Asks]) -> Asks:
    return f"{{any: [{', '.join(text for text, _ in parts)}]}}", lambda case: any(
        holds(case) for _, holds in parts
    )


def _not(part: Asks) -> Asks:
    return f"{{not: {part[0]}}}", lambda case: not part[1](case)


LEVELS = st.sampled_from(["", "village", "town"])
conditions = st.recursive(
    st.sampled_from(TESTS),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(_all),
        st.lists(inner, min_size=1, max_size=3).map(_any),
        inner.map(_not),
    ),
    max_leaves=4,
)


@dataclass(frozen=True)
class Rule:
    """A rule of the town: its id, its condition as text, and the same as a function."""

    name: str
    text: str
    holds: Callable[[Situation], bool]


def rules_of(asks: list[Asks], prefix: str) -> list[Rule]:
    """Return one rule for each condition."""
    return [Rule(f"{prefix}{number}", text, holds) for number, (text, holds) in enumerate(asks)]


def said(routing: str, limits: str = "") -> tuple[PackError, ...]:
    """Return what is said of the sound town with other rules and none of the template's."""
    files = base_files()
    upper = "    upper: the-county\n"
    text = files[f"{TOWN}/pack.yaml"].replace(upper, f"{upper}    without: [{LEFT_OUT}]\n")
    head, rest = text.split("\nrouting:\n")
    text = f"{head}\nrouting:\n{routing}\nlimits:\n{limits}" + rest.split("limits:\n")[1]
    text = text.replace("settle warned", "feed_back stopped").replace("level: [village, town]", "urgent: yes")
    files[f"{TOWN}/pack.yaml"] = text
    template = files["ladder/template.yaml"].replace("does: [{set due: settle}]", "does: []")
    files["ladder/template.yaml"] = template.replace("needs: [due_at]", "")
    try:
        build_pack(files, TOWN)
    except PackErrors as refusal:
        return refusal.errors
    return ()


def route(rule: Rule, level: str) -> str:
    """Return a routing rule as text."""
    return (f"  - rule: {rule.name}\n    because: RC-17\n    when: {rule.text}\n"
            f"    then: {{level: {level}, lead: town-centre, procedure: standard}}\n")  # fmt: skip


def dated(days: int, rule: Rule, level: str) -> str:
    """Return a limit as text."""
    asked = f"{rule.text}, {{level: {level}}}" if level else rule.text
    return (f"  - rule: {rule.name}\n    because: RC-1\n    clock: settle\n    within: {days} days\n"
            f"    when: {{all: [{asked}]}}\n")  # fmt: skip


def expected_of_routing(rules: list[Rule]) -> Iterator[tuple[str, str | None]]:
    """Try every situation: which rules never hold, never decide, and whether some situation has no rule."""
    decided: set[str] = set()
    for case in SITUATIONS:
        decided.add(next((rule.name for rule in rules if rule.holds(case)), ""))
    for rule in rules:
        if not any(rule.holds(case) for case in SITUATIONS):
            yield "nothing", rule.name
        elif rule.name not in decided:
            yield "rule-never-fires", rule.name
    if "" in decided:
        yield "routing-gap", None


@settings(max_examples=150)
@given(st.lists(conditions, min_size=1, max_size=6))
def test_routing_is_judged_as_by_trying_everything(asks: list[Asks]) -> None:
    """Rules that never hold or never decide, and gaps, are found where trying all situations finds them."""
    rules = rules_of(asks, "r")
    errors = said("".join(route(rule, "town") for rule in rules))
    found = {(ABOUT_ROUTING[error.code], error.rule) for error in errors if error.code in ABOUT_ROUTING}
    assert found == set(expected_of_routing(rules))


@settings(max_examples=150)
@given(st.lists(conditions, min_size=1, max_size=3), st.lists(st.tuples(conditions, LEVELS), max_size=4))
def test_limits_disagree_exactly_where_a_case_meets_both(
    asks: list[Asks], limits: list[tuple[Asks, str]]
) -> None:
    """Two limits of a clock disagree, or one never applies, as trying every situation says."""
    routes = [*rules_of(asks, "r"), Rule("last", "", lambda _: True)]
    levels = ["village" if number % 2 else "town" for number in range(len(routes))]
    routing = "".join(route(rule, level) for rule, level in zip(routes, levels, strict=True) if rule.text)
    routing += route(routes[-1], levels[-1]).replace("when: ", "otherwise: yes")
    mine = rules_of([ask for ask, _ in limits], "l")
    wanted = dict(zip((rule.name for rule in mine), (level for _, level in limits), strict=True))
    held = [_held(case, routes, levels, mine, wanted) for case in SITUATIONS]
    errors = said(
        routing, "".join(dated(number + 1, rule, wanted[rule.name]) for number, rule in enumerate(mine))
    )
    of_two = [error for error in errors if error.code == "limits-disagree"]
    pairs = {(error.rule, re.findall(r"'(l\d+)'", error.cause.en)[0]) for error in of_two}
    assert pairs == {pair for names in held for pair in combinations(names, 2)}
    never = {rule.name for rule in mine}.difference(*held)
    assert {error.rule for error in errors if error.code == "limit-never-applies"} - {"note-limit"} == never


def _held(
    case: Situation, routes: list[Rule], levels: list[str], limits: list[Rule], wanted: dict[str, str]
) -> list[str]:
    level = next(level for rule, level in zip(routes, levels, strict=True) if rule.holds(case))
    return [rule.name for rule in limits if rule.holds(case) and wanted[rule.name] in ("", level)]


def test_days_count() -> None:
    """A rule that is in force on other days neither hides nor contradicts another."""
    early = "    valid: {until: 2026-03-31}\n"
    late = "    valid: {from: 2026-04-01}\n"
    body = "    because: RC-17\n    when: {urgent: yes}\n"
    then = "    then: {level: town, lead: town-centre, procedure: standard}\n"
    default = f"  - rule: c\n    because: RC-17\n    otherwise: yes\n{then}"
    assert said(f"  - rule: a\n{body}{early}{then}  - rule: b\n{body}{late}{then}{default}") == ()
    hidden = said(f"  - rule: a\n{body}{then}  - rule: b\n{body}{late}{then}{default}")
    assert [(error.code, error.rule) for error in hidden] == [("rule-never-fires", "b")]
    gap = said(f"  - rule: c\n    because: RC-17\n    otherwise: yes\n{early}{then}")
    assert [error.code for error in gap] == ["default-rule-dated"]
    assert "2026-04-01" in gap[0].cause.zh
    assert said(f"  - rule: c\n    because: RC-17\n    otherwise: yes\n    valid: {{}}\n{then}") == ()
    limit = "    because: RC-1\n    clock: settle\n"
    dated = f"  - rule: x\n{limit}    within: 3 days\n{early}  - rule: y\n{limit}    within: 2 days\n{late}"
    assert said(default, dated) == ()
    assert [error.code for error in said(default, dated.replace(late, ""))] == ["limits-disagree"]

"""Routing rules that hold together: what a town says of them holds, and from format 2 on it has to say it."""

from pathlib import Path

import pytest

from shared.rules.language.errors import PackErrors
from shared.rules.pack.build.files import load_files
from shared.rules.pack.read import build_pack

ELM = Path(__file__).parents[1] / "cli" / "data" / "elm"
SPECIAL = """routing:
  - rule: waste-again
    because: A-elm
    when: {category: waste, round: {at_least: 2}}
    then: {level: low, lead: clerk, procedure: plain}
"""
OTHER = """routing:
  - rule: again
    because: A-elm
    when: {round: {at_least: 2}}
    then: {level: low, lead: clerk, procedure: plain}
"""


def faults(head: str, routing: str) -> list[str]:
    files = load_files(ELM)
    text = files["elm/pack.yaml"].replace("town: elm\n", f"town: elm\n{head}", 1)
    files["elm/pack.yaml"] = text.replace("routing:\n", routing, 1)
    try:
        build_pack(files, "elm")
    except PackErrors as refused:
        return [error.code for error in refused.errors]
    return []


@pytest.mark.parametrize(
    ("head", "routing", "said"),
    [
        ("", OTHER, []),
        ("format: 2\n", OTHER, ["routes-disagree"]),
        ("format: 2\nhit_policy: first\n", OTHER, []),
        ("format: 2\nhit_policy: unique\n", OTHER, ["routes-disagree"]),
        ("hit_policy: unique\n", OTHER, ["routes-disagree"]),
        ("format: 2\n", SPECIAL, []),
        ("format: 2\nhit_policy: unique\n", SPECIAL, ["routes-disagree"]),
    ],
)
def test_rules_that_differ_where_both_hold(head: str, routing: str, said: list[str]) -> None:
    """A special case may stand before its rule; rules that cross need 'first', and 'unique' allows neither."""
    assert faults(head, routing) == said

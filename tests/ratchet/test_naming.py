"""One name, one meaning; and `one` is no name."""

import pytest

from scripts.ratchet.findings import Kind
from tests.ratchet.snippets import found, surveyed


def test_a_public_class_that_is_defined_again_is_found() -> None:
    """Two modules with a class of one name, wherever in the house: both places are named."""
    survey = surveyed("class Case: ...", {"shared/rules/case.py": "class Case: ...\nclass Step: ..."})
    assert [place.path for place in survey.doubled["Case"]] == [
        "services/intake/domain/case.py",
        "shared/rules/case.py",
    ]
    assert survey.classes == {"Case": 2}


def test_private_and_inner_classes_may_share_a_name() -> None:
    """What nobody else can import, or only with its owner's name before it, confuses nobody."""
    again = "class _Case: ...\nclass Table{0}:\n    class Meta: ..."
    assert surveyed(again.format(1), {"shared/rules/case.py": again.format(2)}).doubled == {}


@pytest.mark.parametrize(
    "snippet",
    [
        "one = 1",
        "one: int = 1",
        "for one in rows: ...",
        "[one.place for one in rows]",
        "{one: 1 for one, two in rows}",
        "def f(one): ...",
        "lambda one: 1",
        "with rows as one: ...",
        "try: ...\nexcept ValueError as one: ...",
        "(one := 1)",
        "match row:\n    case [one]: ...",
        "match row:\n    case [*one]: ...",
        "*one, two = rows",
    ],
)
def test_each_thing_called_one_counts_once(snippet: str) -> None:
    """Wherever the name is given; its uses are not counted beside it."""
    assert found(Kind.ONE, snippet) == ["one"]


@pytest.mark.parametrize(
    "allowed", ["one()", "case.one = 1", "f(one=1)", "someone = 1", "'one'", "def one(): ..."]
)
def test_other_things_are_not_called_one(allowed: str) -> None:
    """Attributes and keywords belong to others; a function is no variable."""
    assert found(Kind.ONE, allowed) == []

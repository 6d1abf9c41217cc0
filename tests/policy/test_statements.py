"""The list of statements is whole: every sentence of the policies, each once, by policy and tag."""

from collections import Counter

import pytest

from scripts.coverage.statements import TAGS, Wrong, read_outside, read_statements

# Counted from the policies by hand: sentences by first tag, and the policies that have most.
BY_TAG = {
    "ROUTE": 60, "TIME": 24, "PROC": 33, "NOTIFY": 19, "FEEDBACK": 17, "REPORT": 32, "PERIODIC": 64, "GRID": 33,
    "ROLE": 77, "DATA": 52, "SCORE": 37, "SECURITY": 8,
}  # fmt: skip
BY_POLICY = {
    "P000": 47, "P001-01": 5, "P001-02": 12, "P001-03": 7, "P001-04": 29, "P001-05": 9, "P001-06A": 11,
    "P001-06B": 5, "P001-06C": 14, "P001-06D": 9, "P001-06E": 7, "P001-06F": 7, "P001-06G": 3, "P001-07": 18,
    "P001-08": 10, "P001-09": 7, "P001-10": 5, "P001-11": 33, "P001-12": 32, "P001-13": 14, "P001-14": 8,
    "P001-16": 6, "P001-17": 6, "P001-18": 9, "P001-19": 4, "P001-20": 8, "P002A": 14, "P002B": 31, "P003": 43,
    "P004": 27, "P004-S01": 2, "P004-S02": 1, "P004-S03": 1, "P004-S05": 2, "P004-S06": 5, "P004-S07": 1,
    "P004-S08": 2, "P004-S09": 1, "P004-S10": 1,
}  # fmt: skip


def test_every_statement_is_listed_once() -> None:
    """456 statements, 18 of them found on a second reading; by tag and by policy as many as the policies have."""
    statements = read_statements()
    assert len(statements) == 456 == len({one.id for one in statements})
    assert Counter(one.tag for one in statements) == BY_TAG
    assert Counter(one.policy for one in statements) == BY_POLICY


def test_statements_of_a_policy_are_numbered_without_a_gap() -> None:
    """P001-05.1 … P001-05.9, in the order of the policy."""
    for policy in BY_POLICY:
        numbers = [int(one.id.rpartition(".")[2]) for one in read_statements() if one.policy == policy]
        assert numbers == list(range(1, len(numbers) + 1))


def test_second_tags_count_too() -> None:
    """Three statements say two things at once."""
    both = Counter(tag for one in read_statements() for tag in one.tags)
    assert (both["ROUTE"], both["NOTIFY"]) == (62, 20)
    assert set(both) == set(TAGS)


def test_a_term_is_a_term_and_no_sentence() -> None:
    """The list holds ids, tags and key terms, not the policies' words."""
    assert all(len(one.term) <= 20 for one in read_statements())


def test_what_is_outside_software_has_its_reason() -> None:
    """Each is a statement, stands once and says why."""
    reasons = read_outside(read_statements())
    assert all(len(reason) > 10 for reason in reasons.values())


@pytest.mark.parametrize("line", ["P001-05.1,", "P999.1,why", "P001-05.1,a\nP001-05.1,b", "P001-05.1"])
def test_a_wrong_line_is_named(tmp_path: object, line: str) -> None:
    """File, line and what is wrong."""
    path = tmp_path / "outside.csv"  # type: ignore[operator]
    path.write_text(f"id,reason\n{line}\n", encoding="utf-8")
    with pytest.raises(Wrong, match=r"outside\.csv:\d"):
        read_outside(read_statements(), path)

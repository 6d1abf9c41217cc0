"""The page on ASVS says nothing that is not there: every requirement once, every proof a test or a line."""

import pytest

from scripts.asvs.__main__ import PAGE, page
from scripts.asvs.rows import ALL, Requirement, Verdict, faults, read


def test_every_requirement_has_its_verdict_and_every_proof_is_there() -> None:
    """All 253 of both levels; what is met names its proof, what is not says why."""
    rows = read()
    assert len(rows) == sum(ALL.values()) == 253
    assert faults(rows) == []


def test_the_page_is_the_one_of_the_rows() -> None:
    """docs/asvs.md is generated: `python -m scripts.asvs`."""
    assert PAGE.read_text(encoding="utf-8") == page(read())


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"proofs": ("tests/docs/test_asvs.py::test_that_nobody_wrote",)}, "there is no"),
        ({"proofs": ("tests/docs/no_such_file.py::test_x",)}, "there is no"),
        ({"proofs": ("docker-compose.yml: words that stand nowhere",)}, "there is no"),
        ({"proofs": ()}, "met without a proof"),
        ({"verdict": Verdict.NOT_MET, "proofs": (), "note": ""}, "without a word on why"),
    ],
)
def test_what_can_not_be_shown_is_a_fault(changes: dict[str, object], fault: str) -> None:
    """A proof that is gone, or none at all, is found."""
    rows = read()
    met = next(row for row in rows if row.verdict is Verdict.MET)
    altered = Requirement(**{**met._asdict(), **changes})  # type: ignore[arg-type]
    wrong = faults([altered if row is met else row for row in rows])
    assert [said for said in wrong if said.startswith(met.id) and fault in said]


def test_a_requirement_that_is_missing_or_twice_is_a_fault() -> None:
    """The standard's number of requirements is known."""
    rows = read()
    assert any("rows instead of" in said for said in faults(rows[1:]))
    assert any("twice" in said for said in faults([*rows[1:], rows[1]]))

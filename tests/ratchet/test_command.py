"""The ratchet turns one way: numbers fall, and rise only for a reason that is kept."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.ratchet.__main__ import BASELINE, main
from scripts.ratchet.baseline import read_baseline
from tests.ratchet.snippets import write_tree

CASE, STEP = "services/intake/domain/case.py", "services/intake/domain/step.py"
ROW, LIST = "services/intake/store/rows.py", "services/intake/store/lists.py"
Tree = dict[str, str]
House = Callable[[Tree], None]


def untyped(number: int) -> str:
    """A file with so many untyped mappings, and nothing else that counts."""
    return "from typing import Any\n" + "".join(
        f"def f{place}(x: dict[str, Any]): ...\n" for place in range(number)
    )


def keyed(number: int) -> str:
    """A file with so many literal keys."""
    return "row = given()\n" + "row['place']\n" * number


@pytest.fixture(autouse=True)
def _outside_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Replaces the tree by other files; the first one is what the baseline allows."""

    def make(tree: Tree) -> None:
        write_tree(tmp_path, tree)
        if not (tmp_path / BASELINE).exists():
            (tmp_path / BASELINE).parent.mkdir(parents=True)
            assert main(["--update", str(tmp_path)]) == 0

    return make


def check(root: Path) -> int:
    return main([str(root)])


def test_an_unchanged_tree_passes(house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the baseline allows passes, and what is left is said."""
    house({CASE: untyped(2), ROW: keyed(3)})
    assert check(tmp_path) == 0
    assert "nothing rose; left: 2 untyped mappings, 3 literal keys" in capsys.readouterr().out


@pytest.mark.parametrize("made", [untyped, keyed])
@pytest.mark.parametrize("path", [CASE, "services/sla/handlers/new.py", "services/sla/application/new.py"])
def test_a_clean_file_that_decides_stays_clean(
    house: House, tmp_path: Path, path: str, made: Callable[[int], str]
) -> None:
    """A file of domain or handlers that is not listed may have none, however few the rest of its room has."""
    room = path.split("/")[1]
    house({f"services/{room}/store/rows.py": made(3), path: ""})
    house({path: made(1)})
    assert check(tmp_path) == 1


@pytest.mark.parametrize("path", ["shared/rules/case/limits.py", "shared/rules/clocks/clock.py"])
def test_the_rules_of_a_case_are_as_strict(house: House, tmp_path: Path, path: str) -> None:
    """What is shared of cases and clocks decides too."""
    house({"shared/rules/language/nodes.py": untyped(3)})
    house({path: untyped(1)})
    assert check(tmp_path) == 1


def test_a_raised_number_is_refused(house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A listed file may not rise, even where another fell; file, line, find and remedy are named."""
    house({CASE: untyped(2), STEP: untyped(5)})
    house({CASE: untyped(3), STEP: untyped(1)})
    assert check(tmp_path) == 1
    said = capsys.readouterr().out
    assert f"{CASE}: 3 untyped mappings, at most 2 allowed" in said
    assert f"{CASE}:4: dict[str, Any]" in said
    assert "instead: give it a frozen type" in said
    assert STEP not in said


def test_elsewhere_the_room_counts(house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Outside domain and handlers one file may rise while others of the room fall; the room may not."""
    house({ROW: untyped(2), LIST: untyped(2), "services/sla/store/rows.py": untyped(9)})
    house({ROW: untyped(4), "services/sla/store/rows.py": untyped(9)})
    assert check(tmp_path) == 0
    house({ROW: untyped(5), "services/sla/store/rows.py": untyped(1)})
    assert check(tmp_path) == 1
    said = capsys.readouterr().out
    assert "services/intake: 5 untyped mappings, at most 4 allowed" in said
    assert f"{ROW}:6: dict[str, Any]" in said


def test_fewer_pass_here_and_wait_for_the_baseline_in_ci(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fall is said with the command that writes it; CI fails until it is written, so that it counts down."""
    house({CASE: untyped(3)})
    house({CASE: untyped(1)})
    assert check(tmp_path) == 0
    said = capsys.readouterr().out
    assert "untyped mappings fell from 3 to 1" in said
    assert "python -m scripts.ratchet --update" in said
    monkeypatch.setenv("CI", "true")
    assert check(tmp_path) == 1
    assert main(["--update", str(tmp_path)]) == 0
    assert check(tmp_path) == 0


def test_what_fell_may_not_rise_again(house: House, tmp_path: Path) -> None:
    """A lowered baseline is the new limit."""
    house({CASE: untyped(3)})
    house({CASE: untyped(1)})
    assert main(["--update", str(tmp_path)]) == 0
    house({CASE: untyped(2)})
    assert check(tmp_path) == 1


@pytest.mark.parametrize(
    "moved",
    [
        {"services/intake/application/case.py": untyped(3)},
        {
            "services/intake/application/case.py": untyped(2),
            "services/intake/application/more.py": untyped(1),
        },
        {STEP: untyped(3)},
        {"services/intake/messages/case.py": untyped(3)},
    ],
    ids=["renamed", "split", "merged into one that stays", "moved outward"],
)
def test_a_file_that_moves_carries_its_number(house: House, tmp_path: Path, moved: Tree) -> None:
    """What a file that is gone was allowed is there for others of its room."""
    house({CASE: untyped(3), STEP: ""})
    house({STEP: "", **moved})
    assert check(tmp_path) == 0
    assert main(["--update", str(tmp_path)]) == 0
    assert check(tmp_path) == 0


@pytest.mark.parametrize(
    "moved",
    [
        {"services/intake/application/case.py": untyped(4)},
        {"services/sla/domain/case.py": untyped(3)},
        {CASE: untyped(2), "services/intake/application/more.py": untyped(1)},
        {CASE: untyped(3), ROW: "", "services/intake/application/rows.py": untyped(1)},
    ],
    ids=["more than it had", "another room", "the old file stays", "moved inward"],
)
def test_a_move_brings_nothing_more(house: House, tmp_path: Path, moved: Tree) -> None:
    """The room may not rise, numbers do not leave their room or come in from outside, what stays gives nothing."""
    house({CASE: untyped(3), ROW: untyped(1)})
    house(moved)
    assert check(tmp_path) == 1


def test_a_number_does_not_leave_its_room(house: House, tmp_path: Path) -> None:
    """Not even where the other room lets as much go at its border: a move between rooms takes a reason."""
    house({CASE: untyped(3), "services/sla/store/rows.py": untyped(3)})
    house({"services/sla/domain/case.py": untyped(3)})
    assert check(tmp_path) == 1


def test_a_number_passes_outward(house: House, tmp_path: Path) -> None:
    """A mapping that the domain gives up may be read at the border of the same service."""
    house({CASE: untyped(3), ROW: untyped(1)})
    house({CASE: untyped(1), ROW: untyped(3)})
    assert check(tmp_path) == 0


def test_update_refuses_to_raise(house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written where anything rose, not even what fell."""
    house({CASE: untyped(1), STEP: untyped(4)})
    before = (tmp_path / BASELINE).read_text(encoding="utf-8")
    house({CASE: untyped(2), STEP: untyped(1)})
    assert main(["--update", str(tmp_path)]) == 1
    assert (tmp_path / BASELINE).read_text(encoding="utf-8") == before
    assert "nothing was written" in capsys.readouterr().out


def test_a_reason_raises_and_is_kept(house: House, tmp_path: Path) -> None:
    """What was raised, from what to what and why stays in the baseline, through later updates."""
    house({CASE: untyped(1)})
    house({CASE: untyped(2)})
    assert main(["--update", "--raise", "the contract's own 'example'", str(tmp_path)]) == 0
    assert check(tmp_path) == 0
    house({CASE: untyped(1)})
    assert main(["--update", str(tmp_path)]) == 0
    kept = read_baseline(tmp_path / BASELINE)
    assert kept is not None
    assert [(raised.reason, raised.what) for raised in kept.raised] == [
        ("the contract's own 'example'", (f"{CASE}: untyped mappings 1 → 2",))
    ]


def test_a_reason_without_an_update_is_refused(tmp_path: Path) -> None:
    """A check raises nothing."""
    with pytest.raises(SystemExit):
        main(["--raise", "for once", str(tmp_path)])


def test_names_are_a_ratchet_too(house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A class name is not given a second time, and nothing more is called `one`; --names looks at these alone."""
    house({CASE: "class Case: ...\n", STEP: "class Step: ...\n", ROW: "class Case: ...\none = 1\n"})
    assert main(["--names", str(tmp_path)]) == 0
    assert f"class Case: {CASE}:1, {ROW}:1" in capsys.readouterr().out
    house({CASE: "class Case: ...\n", STEP: "class Step: ...\n", ROW: "class Case: ...\nclass Step: ...\n"})
    assert main(["--names", str(tmp_path)]) == 1
    assert "class Step: 2 definitions, at most 1 allowed" in capsys.readouterr().out
    house({CASE: "class Case: ...\none = 1\n"})
    assert main(["--names", str(tmp_path)]) == 1
    house({CASE: untyped(1)})
    assert main(["--names", str(tmp_path)]) == 0
    assert check(tmp_path) == 1

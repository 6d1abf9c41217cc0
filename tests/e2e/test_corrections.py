"""What was wrong is corrected by a step of its own and decided again; nothing of what was is lost."""

from collections.abc import Iterator

import pytest

from shared.contracts.envelope import decode
from shared.rules.language.errors import PackErrors
from shared.rules.pack.read import build_pack
from tests.e2e.own_town import BUREAU, PACK, STATION, TOWN, OwnTown


@pytest.fixture
def town() -> Iterator[OwnTown]:
    """The town at a Monday morning."""
    made = OwnTown()
    yield made
    made.close()


def types(town: OwnTown, case: str) -> list[str]:
    """Return the types of what intake said of a case."""
    store = town.house.services["intake"].store
    with store.read() as conn:
        outbox = store.flow.outbox
        frames = conn.execute(outbox.select().where(outbox.c.stream == case).order_by(outbox.c.id)).mappings()
        return [decode(row["frame"]).type for row in frames]


def test_a_corrected_category_is_decided_again_and_both_decisions_stay(town: OwnTown) -> None:
    """A dumping that was reported as a quarrel goes to its department; the overall limit counts from the first
    acceptance (RC-12)."""
    case = town.report("quarrel")
    town.advance("2026-03-10 09:00")
    town.step(case, "correct", "station", category="dumping")
    view = town.view(case)
    assert (view["report"]["category"], view["assignment"]["lead"]) == ("dumping", BUREAU)
    assert [each["assignment"]["lead"] for each in view["decisions"]] == [STATION, BUREAU]
    assert [each["in_effect"] for each in view["decisions"]] == [True, True]
    assert "case.corrected" in types(town, case)
    assert town.clocks(case) == [
        ("village-limit", "stopped", "2026-03-12 24:00", None),
        ("town-limit", "running", "2026-03-16 24:00", None),
    ]


def test_a_limit_of_the_corrected_category_counts_from_the_same_start(town: OwnTown) -> None:
    """Where the lead stays, the new category's limit runs from the acceptance that stands, also into the past."""
    case = town.report("quarrel")
    town.advance("2026-03-11 09:00")
    town.step(case, "correct", "station", category="noise")
    started = [(one["reason"]["rule"], one["started_at"]) for one in town.view(case)["deadlines"]]
    assert started == [
        ("village-limit", "2026-03-09T01:00:00.000000Z"),
        ("noise-limit", "2026-03-09T01:00:00.000000Z"),
    ]
    assert town.clocks(case)[1][1:] == ("breached", "2026-03-10 24:00", "late")
    assert town.view(case)["assignment"]["lead"] == STATION


def test_a_corrected_place_moves_the_case_with_the_facts_of_the_place(town: OwnTown) -> None:
    """What the new place says of itself holds from then on, and what was stated of the old one falls."""
    case = town.report("quarrel")
    town.step(case, "correct", by_the_lake=False)
    town.step(case, "correct", place="grid-2")
    view = town.view(case)
    assert (view["report"]["place"]["key"], view["assignment"]["lead"]) == ("grid-2", BUREAU)
    assert "by_the_lake" not in view["facts"]


def test_a_fact_of_the_reporter_the_category_or_the_place_can_be_corrected(town: OwnTown) -> None:
    """Each is stated anew by the step, and the limits follow the corrected facts from their own start."""
    case = town.report("dumping", answers={"litres": 5})
    assert [one[0] for one in town.clocks(case)] == ["town-limit"]
    town.advance("2026-03-09 10:00")
    town.step(case, "correct", litres=500, smells=False, by_the_lake=True)
    assert town.clocks(case)[1] == ("spill-limit", "running", "2026-03-09 11:00", None)
    corrected = next(entry for entry in town.view(case)["history"] if "corrected" in entry["data"])
    assert corrected["data"]["corrected"] == {
        "litres": {"was": 5, "now": 500},
        "smells": {"was": True, "now": False},
        "by_the_lake": {"was": None, "now": True},
    }
    town.step(case, "correct", litres=50)
    assert town.clocks(case)[1][1] == "stopped"


def test_the_history_shows_old_and_new_and_keeps_texts_as_digests(town: OwnTown) -> None:
    """Old and new values stand side by side; of free texts the chain holds digests, the texts beside it."""
    case = town.report("quarrel", answers={"where_exactly": "behind the mill"})
    town.step(case, "correct", category="noise", place="grid-2", where_exactly="behind the school")
    entry = next(entry for entry in town.view(case)["history"] if entry["data"].get("step") == "correct")
    corrected = entry["data"]["corrected"]
    assert corrected["category"] == {"was": "quarrel", "now": "noise"}
    assert (corrected["place"]["was"]["key"], corrected["place"]["now"]["key"]) == ("grid-1", "grid-2")
    assert entry["texts"] == {
        "where_exactly": "behind the school",
        "where_exactly.was": "behind the mill",
    }
    assert "mill" not in str(entry["data"])
    assert "school" not in str(entry["data"])
    verdict = town.ask("GET", f"/cases/{case}/history/verify")
    assert verdict.json["whole"] is True


def test_saying_the_same_again_corrects_nothing(town: OwnTown) -> None:
    """A step that gives the values that stand is decided again, but is told as progress and not as a correction."""
    case = town.report("quarrel")
    town.step(case, "correct", category="quarrel", place="grid-1")
    assert "case.corrected" not in types(town, case)
    assert len(town.view(case)["decisions"]) == 2
    assert town.clocks(case) == [("village-limit", "running", "2026-03-12 24:00", None)]


def test_a_correction_of_what_the_step_does_not_take_is_refused(town: OwnTown) -> None:
    """Only what the pack's step names can be corrected by it; an unknown category or place is told with its field."""
    case = town.report("quarrel")
    refused = town.ask("POST", f"/cases/{case}/steps", json={"step": "correct", "facts": {"urgent": True}})
    assert refused.json["code"] == "step-takes-not"
    refused = town.ask("POST", f"/cases/{case}/steps", json={"step": "correct", "facts": {"category": "x"}})
    assert (refused.json["code"], refused.json["where"]["field"]) == ("unknown-category", "facts.category")


def test_only_a_step_that_decides_again_may_correct_what_the_category_says() -> None:
    """A fact of the category or the place in any other step is refused where the pack is read, with its line."""
    pack = PACK.replace("    does: [decide again]\n", "    does: [{mark: looked-at}]\n")
    with pytest.raises(PackErrors) as refused:
        build_pack({f"{TOWN}/pack.yaml": pack}, TOWN)
    assert {one.code for one in refused.value.errors} == {"fact-of-other-source"}
    assert all(one.line for one in refused.value.errors)

"""Publishing packs: good ones take effect, broken ones change nothing and say all that is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from services.registry.adapters.canary import CanaryTrial
from services.registry.handlers.publish import PackRefused
from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.rules.language.errors import PackError
from shared.rules.logic.canary import TableTrial, TrialResult
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack
from tests.notify.samples import NOON
from tests.registry.house import TOWN, House, changed, files_of


def test_a_pack_becomes_the_towns_first_edition() -> None:
    """Its files travel with the message, under the content's hash, in force at once."""
    house = House()
    made = house.registry.publisher.publish(TOWN, files_of(TOWN))
    assert (made.number, made.effective_at, made.is_new) == (1, NOON, True)
    (message,) = house.said("edition.")
    assert (message.stream, message.town, message.edition) == (f"town/{TOWN}", TOWN, made.edition)
    assert message.data["files"] == files_of(TOWN)
    assert build_pack(message.data["files"], TOWN).edition == made.edition
    assert house.figure("gridcase_edition_number", town=TOWN) == 1


def test_publishing_announces_the_tree() -> None:
    """Town, village and the city above are announced by name, each with what it is part of; nothing twice."""
    house = House()
    house.registry.publisher.publish(TOWN, files_of(TOWN))
    said = {message.data["key"]: message.data for message in house.said("jurisdiction.")}
    assert said["the-city"]["part_of"] is None
    assert (said[TOWN]["part_of"], said[TOWN]["name"]["en"]) == ("the-city", "a town of villages")
    assert (said[f"{TOWN}.east-village"]["part_of"], said[f"{TOWN}.east-village"]["name"]["en"]) == (
        TOWN,
        "East Village",
    )
    assert f"{TOWN}.east-1" not in said, "a grid stands for no level"
    before = len(house.said())
    house.pass_time(hours=1)
    house.registry.publisher.publish(TOWN, changed("East Village grid 2", "the second grid"))
    assert [message.type for message in house.said()[before:]] == ["edition.published"]


def test_the_same_content_again_is_no_new_edition() -> None:
    """Publishing twice says one thing."""
    house = House()
    first = house.registry.publisher.publish(TOWN, files_of(TOWN))
    house.pass_time(hours=1)
    again = house.registry.publisher.publish(TOWN, files_of(TOWN))
    assert (again.number, again.edition, again.is_new) == (1, first.edition, False)
    assert len(house.said("edition.")) == 1


def test_a_broken_pack_changes_nothing_and_names_every_fault() -> None:
    """File, line, rule, cause and remedy of each; the edition in force stays; the refusal is counted."""
    house = House()
    house.registry.publisher.publish(TOWN, files_of(TOWN))
    broken = changed("fallback: town-grid-centre", "fallback: nobody-there")
    path = f"{TOWN}/pack.yaml"
    broken[path] = broken[path].replace("department: land-office", "department: moon-office")
    with pytest.raises(PackRefused) as refused:
        house.registry.publisher.publish(TOWN, broken)
    faults = refused.value.errors
    assert len(faults) >= 2
    lines = broken[path].splitlines()
    named = {
        word for fault in faults for word in ("nobody-there", "moon-office") if word in lines[fault.line - 1]
    }
    assert named == {"nobody-there", "moon-office"}
    assert all(
        fault.file == path and fault.cause.zh and fault.cause.en and fault.remedy.en for fault in faults
    )
    assert len(house.said("edition.")) == 1
    assert [listed.standing for listed in house.registry.views.editions(TOWN)] == ["in force"]
    assert house.figure("gridcase_packs_refused_total", town=TOWN) == 1


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"../pack.yaml": ""},
        {f"{TOWN}/pack.yaml": "\0"},
        {f"{TOWN}/pack.yaml": "{"},
        {f"{TOWN}/pack.yaml": "a: &a [*a]"},
        {"other/pack.yaml": "town: other"},
    ],
)
def test_what_is_no_pack_is_refused(files: dict[str, str]) -> None:
    """Nothing, names that climb, text that is no YAML, another town's folder: refused, and nothing is said."""
    house = House()
    with pytest.raises(Problem):
        house.registry.publisher.publish(TOWN, files)
    assert house.said() == []


def test_an_edition_may_be_set_to_take_effect_later() -> None:
    """Until its instant the one before is in force; the figure follows by itself."""
    house = House()
    house.registry.publisher.publish(TOWN, files_of(TOWN))
    made = house.registry.publisher.publish(TOWN, changed(), effective_at=NOON + timedelta(days=2))
    assert (made.number, made.effective_at) == (2, NOON + timedelta(days=2))
    assert [listed.standing for listed in house.registry.views.editions(TOWN)] == ["to come", "in force"]
    assert house.figure("gridcase_edition_number", town=TOWN) == 1
    house.pass_time(days=2)
    assert [listed.standing for listed in house.registry.views.editions(TOWN)] == ["in force", "past"]
    (show,) = (duty for duty in house.service.duties if duty.name == "show-editions")
    assert show.run(1) == 0
    assert house.figure("gridcase_edition_number", town=TOWN) == 2


def test_an_earlier_edition_can_be_returned_to() -> None:
    """A rollback is a publication under a new number; another town's edition cannot be taken."""
    house = House()
    first = house.registry.publisher.publish(TOWN, files_of(TOWN))
    house.pass_time(hours=1)
    house.registry.publisher.publish(TOWN, changed())
    house.pass_time(hours=1)
    back = house.registry.publisher.return_to(TOWN, first.edition)
    assert (back.number, back.edition, back.is_new) == (3, first.edition, True)
    assert [message.data["number"] for message in house.said("edition.")] == [1, 2, 3]
    for town, edition in (("t-zq", first.edition), (TOWN, "0" * 64)):
        with pytest.raises(Problem, match="unknown-edition"):
            house.registry.publisher.return_to(town, edition)


def test_a_trial_that_finds_a_fault_keeps_the_pack_out() -> None:
    """Canaries, the town's scenarios or a replay may refuse what reads well."""
    fault = PackError(
        "scenario-failed", f"{TOWN}/scenarios.yaml", 3, 1, "S-001", Text("不符", "it differs"), Text()
    )

    def trial(pack: Pack, files: Mapping[str, str]) -> Sequence[PackError]:
        assert files[f"{TOWN}/scenarios.yaml"]
        return [fault] if pack.town == TOWN else []

    house = House()
    trying = replace(house.registry.publisher, trials=[trial])
    with pytest.raises(PackRefused) as refused:
        trying.publish(TOWN, files_of(TOWN))
    assert refused.value.errors == (fault,)
    assert house.said() == []


def test_the_canary_tries_each_table_once_for_all_towns() -> None:
    """Towns on one template share its tables; a table that kills the engine refuses the pack."""
    tried: list[TableTrial] = []

    def count(trials: Sequence[TableTrial]) -> TrialResult:
        tried.extend(trials)
        return TrialResult(ok=True)

    pack, files = build_pack(files_of(TOWN), TOWN), files_of(TOWN)
    canary = CanaryTrial(count)
    assert list(canary(pack, files)) == []
    first = len(tried)
    assert first
    assert all(trial.samples for trial in tried)
    assert list(canary(pack, files)) == []
    assert len(tried) == first
    bad = CanaryTrial(
        lambda _: TrialResult(False, "trial-crashed", Text("崩溃", "it crashed"), Text("改", "change it"))
    )
    (fault,) = bad(pack, files)
    assert (fault.code, fault.cause.en) == ("trial-crashed", "it crashed")


def test_many_packs_are_tried_in_one_process() -> None:
    """What passed together is not tried again; when it did not pass together, each pack is tried for itself."""
    pack, files = build_pack(files_of(TOWN), TOWN), files_of(TOWN)
    for together in (True, False):
        tried: list[int] = []

        def answer(
            trials: Sequence[TableTrial], ok: bool = together, tried: list[int] = tried
        ) -> TrialResult:
            tried.append(len(trials))
            return TrialResult(ok or len(tried) > 1)

        canary = CanaryTrial(answer)
        canary.try_together([pack, pack])
        assert list(canary(pack, files)) == []
        assert tried == (tried[:1] if together else tried[:1] * 2)


def test_the_real_canary_passes_the_example_town() -> None:
    """Both evaluators agree on every sample of every table, in a process of their own."""
    assert list(CanaryTrial()(build_pack(files_of(TOWN), TOWN), files_of(TOWN))) == []

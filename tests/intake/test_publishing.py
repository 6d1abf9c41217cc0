"""Publication at levels: one record each, at one instant, in the one public list."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from services.intake.store import tables
from shared.kernel.instants import format_instant
from shared.rules.pack.model import Effect, EffectKind
from tests.intake.house import House
from tests.intake.town import STEPS, TOWN

PUBLICATIONS = f"/v1/towns/{TOWN}/publications"


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    steps = {one.key: one for one in STEPS}
    effect = Effect(EffectKind.PUBLISH, levels=("district", "$low", "district"))
    steps["close"] = replace(steps["close"], does=(effect, Effect(EffectKind.CLOSE)))
    made.amend(steps=steps, bindings={"low": "village"})
    yield made
    made.store.close()


def closed(house: House, **more: Any) -> str:
    case = house.report(**more)
    house.route(case)
    house.step(case, "settle", facts={"result": "r"})
    assert house.step(case, "close").status_code == 200
    return case


def showing(house: House, *names: str) -> None:
    """Have the town's rules publish these facts."""
    facts = house.packs[TOWN].facts
    house.amend(facts={**facts, **{name: replace(facts[name], public=True) for name in names}})


def published(house: House, **query: Any) -> dict[str, Any]:
    answer = house.call("GET", PUBLICATIONS, None, query_string=query)
    assert answer.status_code == 200
    return dict(answer.json)


def test_each_level_has_its_record_at_the_same_instant(house: House) -> None:
    """Named levels get one record each, once, by the town's own words; the message has one effect for each."""
    case = closed(house)
    rows = published(house)["publications"]
    assert sorted(row["level"] for row in rows) == ["district", "village"]
    assert {row["published_at"] for row in rows} == {format_instant(house.clock.now())}
    effects = next(message for message in house.said(case) if message.type == "case.closed").data.effects
    assert [effect.value for effect in effects if effect.kind is EffectKind.PUBLISH] == [
        "district",
        "village",
    ]


def test_the_list_is_narrowed_to_a_level(house: House) -> None:
    """A level's list shows its own records; a level that was not named has none."""
    closed(house)
    assert [row["level"] for row in published(house, level="village")["publications"]] == ["village"]
    assert published(house, level="city")["publications"] == []


def test_what_is_for_everybody_is_for_each_level() -> None:
    """A publication without levels stands in the list of every level."""
    house = House()
    closed(house)
    (row,) = published(house, level="village")["publications"]
    assert row["level"] is None


@pytest.mark.proves("P001-08.9", "P002B.16")
def test_a_private_case_counts_once_over_all_levels(house: House) -> None:
    """Three records of one private case are still one number (A-20)."""
    closed(house, category="family")
    assert (published(house)["publications"], published(house)["private_count"]) == ([], 1)


def test_pages_are_named_as_everywhere(house: House) -> None:
    """`cursor` goes in, `next` comes out, and the pages make the whole list."""
    closed(house)
    first = published(house, limit=1)
    second = published(house, limit=1, cursor=first["next"])
    assert second["next"] is None
    assert {row["level"] for row in first["publications"] + second["publications"]} == {"district", "village"}


def test_reopening_withdraws_what_was_published(house: House) -> None:
    """RC-13: a result that did not satisfy is public no longer; the next one stands in its place."""
    steps = {one.key: one for one in STEPS}
    does = (Effect(EffectKind.SETTLE), Effect(EffectKind.PUBLISH))
    house.amend(steps={**steps, "settle": replace(steps["settle"], does=does)})
    case = house.report()
    house.route(case)
    house.step(case, "settle", facts={"result": "r"})
    assert len(published(house)["publications"]) == 1
    assert house.step(case, "not-satisfied", "citizen", facts={"complaint": "c"}).status_code == 200
    assert published(house)["publications"] == []
    house.route(case)
    house.step(case, "settle", facts={"result": "better"})
    assert len(published(house)["publications"]) == 1


@pytest.mark.proves("P001-05.9", "P002B.12")
def test_the_public_reads_the_result(house: House) -> None:
    """What came of it stands in the list of each level, as the pack's facts of the handling say, and nothing else."""
    showing(house, "result")
    closed(house)
    rows = published(house)["publications"]
    said = {"fact": "result", "name": {"zh": "result（中）", "en": "result"}, "value": {"zh": "r", "en": "r"}}
    assert [row["result"] for row in rows] == [[said], [said]]


@pytest.mark.proves("P001-05.9")
def test_a_result_names_nobody(house: House) -> None:
    """Telephone and identity numbers, names that a text states and the reporter's own are masked for everybody."""
    showing(house, "result")
    case = house.report(reporter={"name": "Zhang San", "phone": "13912345678"})
    house.route(case)
    told = "Zhang San was called at 13912345678, 姓名：李四, the ford is free"
    house.step(case, "settle", facts={"result": told})
    house.step(case, "close")
    (shown,) = published(house, level="village")["publications"][0]["result"]
    for secret in ("Zhang", "12345678", "李四"):
        assert secret not in str(shown)
    assert "the ford is free" in shown["value"]["en"]


def test_what_the_pack_does_not_publish_is_not_shown(house: House) -> None:
    """An edition whose facts say nothing of it publishes no result, as it did when it was published."""
    closed(house)
    assert [row["result"] for row in published(house)["publications"]] == [[], []]


def test_numbers_and_choices_are_shown_by_their_names(house: House) -> None:
    """What is no text is shown as it is, and what was never stated is left out."""
    showing(house, "litres", "beyond", "plan")
    case = house.report()
    house.route(case)
    house.step(case, "find")
    house.route(case)
    house.step(case, "settle", facts={"result": "r", "litres": 40})
    house.step(case, "close")
    found = {one["fact"]: one["value"]["zh"] for one in published(house)["publications"][0]["result"]}
    assert found == {"litres": "40", "beyond": "是"}


def test_an_erased_text_is_gone_from_the_list(house: House) -> None:
    """The result is read from the case file: what was erased there stands nowhere."""
    showing(house, "result")
    case = closed(house)
    with house.store.begin() as work:
        work.conn.execute(tables.cases.update().where(tables.cases.c.id == case).values(texts={}))
    assert [row["result"] for row in published(house)["publications"]] == [[], []]


@pytest.mark.proves("P002B.12", "P002B.16")
def test_a_private_category_may_publish_its_result(house: House) -> None:
    """The public reads number, category, state and result; the case itself only its handlers read (A-20)."""
    family = replace(house.packs[TOWN].categories["family"], result_public=True)
    house.amend(categories={**house.packs[TOWN].categories, "family": family})
    showing(house, "result")
    case = closed(house, category="family")
    shown = published(house)
    assert {row["category"]["en"] for row in shown["publications"]} == {"family"}
    assert [row["result"][0]["value"]["en"] for row in shown["publications"]] == ["r", "r"]
    assert shown["private_count"] == 0
    seen = {
        who: house.call("GET", f"/v1/towns/{TOWN}/cases/{case}", who).status_code
        for who in ("station", "grid")
    }
    assert seen == {"station": 200, "grid": 404}


@pytest.mark.parametrize("more", [{"also": ["secret"]}, {"category": "ditch", "private": True}])
def test_what_is_private_for_another_reason_is_counted(house: House, more: dict[str, Any]) -> None:
    """Beside a category that publishes nothing, and where a report of an ordinary category asked for it."""
    known = house.packs[TOWN].categories
    family = replace(known["family"], result_public=True)
    secret = replace(known["family"], key="secret")
    house.amend(categories={**known, "family": family, "secret": secret})
    closed(house, **{"category": "family", **more})
    assert (published(house)["publications"], published(house)["private_count"]) == ([], 1)

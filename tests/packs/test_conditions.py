"""What each form of a condition means."""

import pytest

from shared.rules.logic.condition import ALWAYS, All, Any, Condition, Not, Op, Test
from tests.packs.edits import limit, pack_with

FORMS: list[tuple[str, Condition]] = [
    ("{urgent: yes}", Test("urgent", Op.EQ, True)),
    ("{urgent: false}", Test("urgent", Op.EQ, False)),
    ("{urgent: {not: yes}}", Test("urgent", Op.NE, True)),
    ("{urgent: {present: yes}}", Test("urgent", Op.PRESENT)),
    ("{urgent: {present: no}}", Test("urgent", Op.MISSING)),
    ("{depth: 10}", Test("depth", Op.EQ, 10)),
    ("{depth: [1, 2]}", Test("depth", Op.IN, (1, 2))),
    ("{depth: {not: [1, 2]}}", Test("depth", Op.NOT_IN, (1, 2))),
    ("{depth: {at_least: 10}}", Test("depth", Op.GE, 10)),
    ("{depth: {at_most: 10}}", Test("depth", Op.LE, 10)),
    ("{depth: {more_than: 10, less_than: 20}}", All((Test("depth", Op.GT, 10), Test("depth", Op.LT, 20)))),
    ("{score: {at_least: 2.5}}", Test("score", Op.GE, 2.5)),
    ("{finding: beyond}", Test("finding", Op.EQ, "beyond")),
    ("{category: [dispute, road]}", Test("category", Op.IN, ("dispute", "road"))),
    ("{finder: [grid_worker, reporter]}", Test("finder", Op.IN, ("grid_worker", "reporter"))),
    ("{urgent: yes, depth: 1}", All((Test("urgent", Op.EQ, True), Test("depth", Op.EQ, 1)))),
    ("{any: [{urgent: yes}, {depth: 1}]}", Any((Test("urgent", Op.EQ, True), Test("depth", Op.EQ, 1)))),
    ("{all: [{urgent: yes}, {depth: 1}]}", All((Test("urgent", Op.EQ, True), Test("depth", Op.EQ, 1)))),
    ("{not: {urgent: yes}}", Not(Test("urgent", Op.EQ, True))),
    ("{level: $low}", Test("level", Op.EQ, "$low")),
    ("{level: village}", Test("level", Op.EQ, "$low")),  # the town's noun for a slot is the slot
    ("{level: [village, town]}", Test("level", Op.IN, ("$low", "$high"))),
    ("{lead: village-clerk}", Test("lead", Op.IN, ("$clerk", "village-clerk"))),  # it may lead either way
    ("{lead: town-centre}", Test("lead", Op.EQ, "town-centre")),
]


@pytest.mark.parametrize(("written", "meant"), FORMS, ids=[written for written, _ in FORMS])
def test_what_is_written_is_what_is_meant(written: str, meant: Condition) -> None:
    """Each form of a condition becomes the tree that it says."""
    pack = pack_with(("    when: {urgent: yes}\n", f"    when: {written}\n"))
    assert limit(pack, "note-limit").when == meant


def test_no_condition_always_holds() -> None:
    """A limit without `when`, or with `otherwise: yes`, holds for every case."""
    assert limit(pack_with(("    when: {urgent: yes}\n", "")), "note-limit").when == ALWAYS
    assert limit(pack_with(("when: {urgent: yes}\n", "otherwise: yes\n")), "note-limit").when == ALWAYS

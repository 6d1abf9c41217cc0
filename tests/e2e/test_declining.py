"""Declining has a limit that the pack sets; after that its arbiter decides (design: declining and re-routing)."""

from collections.abc import Iterator

import pytest

from tests.e2e.own_town import BUREAU, OFFICE, PACK, STATION, OwnTown

FACTS = """facts:
  declines:
    type: 'whole number [0..99]'
    from: history
    counts: declined
    default: 0
    name: {zh: 拒办次数, en: declines}
  reason: {type: text, from: step, name: {zh: 理由, en: reason}}
"""
STEPS = """steps:
  decline:
    name: {zh: 拒办, en: decline}
    who: [lead]
    before: [accepted]
    needs: [reason]
    does: [decline]
    any_time: yes
  accept: {name: {zh: 受理, en: accept}, who: [lead], does: [accept], any_time: yes}
  assign-to-bureau:
    name: {zh: 裁定由所办理, en: assign to the bureau}
    who: [office]
    needs: [category]
    sets: {urgent: yes}
    does: [decide again]
    any_time: yes
"""
ROUTING = """routing:
  - rule: as-the-arbiter-says
    because: P
    when: {declines: {at_least: 2}, urgent: yes}
    then: {level: town, lead: bureau, procedure: standard}
  - rule: arbiter
    because: P
    when: {declines: {at_least: 2}}
    then: {level: town, lead: office, assist: [previous lead], procedure: standard}
  - rule: after-the-station
    because: P
    when: {declines: 1}
    then: {level: town, lead: bureau, procedure: standard}
"""
DECLINING = (
    PACK.replace("acceptance: automatic", "acceptance: lead")
    .replace("facts:\n", FACTS, 1)
    .replace("steps:\n", STEPS, 1)
    .replace("routing:\n", ROUTING, 1)
)


@pytest.fixture
def town() -> Iterator[OwnTown]:
    """The town at a Monday morning, where a lead accepts by hand and may decline."""
    made = OwnTown(pack=DECLINING)
    yield made
    made.close()


def test_after_two_refusals_the_arbiter_has_it_and_decides(town: OwnTown) -> None:
    """Two units decline, the third is the pack's arbiter: it names the lead, and who held it how long is kept."""
    case = town.report()
    leads = []
    for who, later in (("station", "2026-03-09 11:00"), ("bureau", "2026-03-10 09:00")):
        leads.append(town.view(case)["assignment"]["lead"])
        town.advance(later)
        body = {"step": "decline", "facts": {"reason": "not ours"}}
        assert town.ask("POST", f"/cases/{case}/steps", who, json=body).status_code == 200
    assert [*leads, town.view(case)["assignment"]["lead"]] == [STATION, BUREAU, OFFICE]
    body = {"step": "assign-to-bureau", "facts": {"category": "noise"}}
    assert town.ask("POST", f"/cases/{case}/steps", "supervisor", json=body).status_code == 200
    seen = town.view(case)
    assert (seen["assignment"]["lead"], seen["decisions"][-1]["reason"]["rule"]) == (
        BUREAU,
        "as-the-arbiter-says",
    )
    held = [one["held_for_seconds"] for one in seen["work_orders"] if one["state"] == "declined"]
    assert held == [2 * 3600, 22 * 3600]

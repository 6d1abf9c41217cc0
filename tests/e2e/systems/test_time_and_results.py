"""By when, why later, and how it ends: systems 13 to 20 and 53 of the policies' list, each by its number."""

from datetime import date, timedelta

import pytest
from werkzeug.test import Client

from gridcase.simulation.house import SimulatedHouse
from shared.rules.pack.build.files import load_files
from shared.rules.worktime.official import official_years
from tests.decide.towns import RULES, local
from tests.e2e.systems.shipped_town import ShippedTown

# As the State Council announced them for 2025 and 2026: copied by hand from its notices, by no library.
_OFF = (
    ("2025-01-28", "2025-02-04"), ("2025-04-04", "2025-04-06"), ("2025-05-01", "2025-05-05"),
    ("2025-05-31", "2025-06-02"), ("2025-10-01", "2025-10-08"), ("2026-01-01", "2026-01-03"),
    ("2026-02-15", "2026-02-23"), ("2026-04-04", "2026-04-06"), ("2026-05-01", "2026-05-05"),
    ("2026-06-19", "2026-06-21"), ("2026-09-25", "2026-09-27"), ("2026-10-01", "2026-10-07"),
)  # fmt: skip
_MADE_UP = {
    "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11", "2026-01-04",
    "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
}  # fmt: skip


@pytest.mark.proves("P001-05.4", "P001-05.5")
def test_13_each_level_has_its_limit_and_some_towns_have_none(house: SimulatedHouse) -> None:
    """Three working days in the village, five in the town; where no day is written there is no clock at all."""
    villages = ShippedTown(house, "t-vtc", "east-1")
    village, in_town = (
        villages.report("grid-worker", "grid", each) for each in ("ditch-and-drain", "illegal-dumping")
    )
    assert villages.due(village, "settle") == ("running", "2026-03-12 24:00")
    assert villages.due(in_town, "settle") == ("running", "2026-03-16 24:00")
    without = ShippedTown(house, "t-ly", "huayuanjie-1")
    assert without.clock(without.report("grid-person", "patrol", "notice-board"), "settle") is None


@pytest.mark.parametrize(
    "reported",
    [
        "2025-01-24 15:00",
        "2025-09-26 09:00",
        "2025-10-07 11:00",
        "2026-02-13 16:40",
        "2026-04-30 10:00",
        "2026-09-30 10:00",
    ],
)
def test_14_holidays_and_make_up_days_count_as_the_state_council_set_them(
    house: SimulatedHouse, reported: str
) -> None:
    """The due date is the one that the notices give, day by day."""
    town = ShippedTown(house, "t-vtc", "east-1", reported)
    case = town.report("grid-worker", "grid", "ditch-and-drain")
    day, left = date.fromisoformat(reported.partition(" ")[0]), 3
    while left:
        day += timedelta(days=1)
        left -= _is_working(day)
    assert town.due(case, "settle") == ("running", f"{day} 24:00")


def _is_working(day: date) -> bool:
    is_off = any(first <= day.isoformat() <= last for first, last in _OFF)
    return day.isoformat() in _MADE_UP or (day.weekday() < 5 and not is_off)


def test_14_a_year_that_nobody_announced_is_not_guessed(house: SimulatedHouse) -> None:
    """Beyond the official calendar a due date is provisional, and says so."""
    last = max(official_years())
    town = ShippedTown(house, "t-vtc", "east-1", f"{last}-12-30 10:00")
    clock = town.clock(town.report("grid-worker", "grid", "ditch-and-drain"), "settle")
    assert clock is not None
    assert clock.provisional or clock.label is None


@pytest.mark.proves("P001-05.6", "P001-18.6", "P001-04.14")
def test_15_a_reason_in_time_extends_and_one_too_late_does_not(house: SimulatedHouse) -> None:
    """Noted before the due instant the limit is extended and the supervisor hears; a day later it stays a breach."""
    town = ShippedTown(house, "t-vtc", "east-1", "2026-03-16 09:00")
    in_time, too_late = (town.report("grid-worker", "grid", "ditch-and-drain") for _ in range(2))
    town.until("2026-03-19 11:00")
    assert town.refused(in_time, "village-station-head", "note-reason") == "step-needs"
    town.step(in_time, "village-station-head", "note-reason", reason="积水未退")
    town.until("2026-03-20 08:40")
    town.step(too_late, "village-station-head", "note-reason", reason="积水未退")
    assert town.due(in_time, "settle")[0] == "extended"
    assert "governance-office" in town.told(in_time, "settle extended")
    assert town.due(too_late, "settle")[0] == "breached"
    assert "governance-office" in town.told(too_late, "settle breached")


@pytest.mark.proves("P001-04.14")
def test_15_where_the_policy_caps_it_the_extension_ends(house: SimulatedHouse) -> None:
    """Special circumstances carry a limit up to the fifth working day; then it is a breach after all."""
    town = ShippedTown(house, "t-com", "rose-1", "2026-03-12 09:00")
    case = town.report("reporter", "phone", "drainage-main")
    town.until("2026-03-16 09:00")
    town.step(case, "sub-district-office", "note-special-circumstances", circumstances="管道需定制")
    assert town.due(case, "settle") == ("extended", "2026-03-19 24:00")
    town.until("2026-03-20 00:01")
    assert town.due(case, "settle")[0] == "breached"


@pytest.mark.proves("P001-05.7", "P001-05.8")
def test_16_what_is_beyond_the_town_has_its_own_timer(house: SimulatedHouse) -> None:
    """Two working days from the recorded finding, over Labour Day; then progress goes back down to the reporter."""
    town = ShippedTown(house, "t-vtc", "west-1", "2026-04-28 09:10")
    case = town.report("reporter", "phone", "road-damage")
    town.until("2026-04-29 15:00")
    town.step(case, "works-office", "find-beyond-the-town")
    assert town.due(case, "submit") == ("running", "2026-05-06 24:00")
    town.until("2026-05-06 10:00")
    town.step(case, "works-office", "submit")
    submitted = town.clock(case, "submit")
    assert submitted is not None
    assert submitted.verdict == "in_time"
    town.step(case, "works-office", "report-progress", progress="市里已勘查")
    assert "reporter" in town.told(case, "report-progress")


@pytest.mark.proves("P000.29", "P000.30", "P000.31")
def test_17_nothing_closes_without_result_and_verification(house: SimulatedHouse) -> None:
    """Without a result it is not settled, unverified it is not closed; the platform and the grid hear the result."""
    town = ShippedTown(house, "t-zj", "甲村一格")
    case = town.report("reporter", "电话", "环境卫生")
    assert town.refused(case, "城管", "办好") == "step-needs"
    town.step(case, "城管", "办好", 处理结果="已清扫")
    assert town.told(case, "settled") == {"网格办", "网格岗"}
    assert town.refused(case, "网格办", "销号") == "step-not-yet"
    town.step(case, "网格岗", "核实")
    town.step(case, "网格办", "销号")
    assert town.case(case).state == "closed"


@pytest.mark.proves("P000.32")
def test_18_not_satisfied_it_goes_back_to_the_same_unit_with_a_new_limit(house: SimulatedHouse) -> None:
    """Rounds are counted, the department is the one of before, and it must state a limit anew."""
    town = ShippedTown(house, "t-zj", "甲村一格")
    case = town.report("reporter", "电话", "环境卫生")
    for rounds, day in ((2, 10), (3, 11)):
        town.step(case, "城管", "办好", 处理结果="已清扫")
        town.step(case, "reporter", "不满意", 不满之处="墙角没扫")
        assert (town.case(case).round, town.lead(case)[1]) == (rounds, "城管")
        assert town.clock(case, "settle") is None or town.due(case, "settle")[1] != f"2026-03-{day} 17:00"
        town.step(case, "城管", "定期限", due=f"2026-03-{day} 17:00")
        assert town.due(case, "settle") == ("running", f"2026-03-{day} 17:00")


@pytest.mark.proves("P001-04.15")
def test_19_after_the_latest_date_the_reporter_hears_each_stage(house: SimulatedHouse) -> None:
    """The breach, what progress there is, and the result."""
    town = ShippedTown(house, "t-com", "rose-1", "2026-03-12 09:00")
    case = town.report("reporter", "phone", "drainage-main")
    town.step(case, "sub-district-office", "note-special-circumstances", circumstances="管道需定制")
    assert "reporter" not in town.told(case, "settle breached")
    town.until("2026-03-20 00:01")
    assert "reporter" in town.told(case, "settle breached")
    town.step(case, "grid-leader", "report-progress", progress="管道周三到货")
    assert "reporter" in town.told(case, "report-progress")
    town.step(case, "sub-district-office", "settle", result="已更换疏通")
    assert "reporter" in town.told(case, "settled")


@pytest.mark.proves("P002B.12", "P001-05.9")
def test_20_one_approval_is_published_at_three_levels_and_names_nobody(house: SimulatedHouse) -> None:
    """Each level's list has it from the same instant; no word of the person stands in what the public reads."""
    town = ShippedTown(house, "t-ly", "huayuanjie-1")
    case = town.report("reporter", "window", "minimum-allowance", text="赵某某申请低保，电话13900000000")
    town.step(case, "community-station", "accept-and-classify")
    town.step(case, "street-centre", "review")
    number = town.case(case).number
    assert town.stage.publications(number) == []
    town.step(case, "civil-affairs-bureau", "approve", result="同意")
    assert sorted(filter(None, town.stage.publications(number))) == ["community", "district", "subdistrict"]
    public = Client(town.stage.service("intake").app).get(
        "/v1/towns/t-ly/publications",
        headers={"Authorization": f"Bearer {town.stage.token(town.of('reporter'))}"},
    )
    assert public.status_code == 200
    assert "赵某某" not in public.text
    assert "13900000000" not in public.text


def test_53_each_due_time_is_breached_once_and_never_twice(house: SimulatedHouse) -> None:
    """Moved to the second before, on and over the due time: warned, breached, and told once however often looked at."""
    town = ShippedTown(house, "t-vtc", "east-1")
    case = town.report("grid-worker", "grid", "ditch-and-drain")
    town.until("2026-03-12 23:59")
    assert town.due(case, "settle")[0] == "warned"
    assert not town.told(case, "settle breached")
    for later in ("2026-03-13 00:00", "2026-03-13 00:01", "2026-03-16 09:00"):
        town.until(later)
        assert town.due(case, "settle")[0] == "breached"
        heard = [each for each in town.case(case).notifications if each.on == "settle breached" and each.unit]
        assert [each.unit for each in heard] == ["t-vtc/governance-office"]
        assert heard[0].told_at == local("2026-03-13 00:00")


def test_54_a_broken_file_leaves_the_rules_that_are_in_force(house: SimulatedHouse) -> None:
    """It is refused with file and line, and what is reported next is decided as before."""
    town = ShippedTown(house, "t-vtc", "east-1")
    files = load_files(RULES / "t-vtc")
    broken = {**files, "t-vtc/pack.yaml": files["t-vtc/pack.yaml"].replace("fallback:", "falback:")}
    registry = Client(town.stage.service("registry").app)
    token = town.stage.token(town.of("operator"))
    answer = registry.post(
        "/v1/towns/t-vtc/editions", json={"files": broken}, headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 422, answer.text
    assert "falback" in answer.text
    assert "pack.yaml" in answer.text
    case = town.report("grid-worker", "grid", "ditch-and-drain")
    assert town.due(case, "settle") == ("running", "2026-03-12 24:00")

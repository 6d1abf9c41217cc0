"""Figures of limits that run: each is the length of the list narrowed alike, and of what its reader may see alone."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from services.sla.domain.standings import DeadlineStanding, bounds_at
from services.sla.store import figures
from services.sla.store.figures import count_deadlines
from services.sla.store.listed_deadlines import DeadlineFilter, list_deadlines
from services.sla.store.tables import clocks, situations
from shared.kernel.roles import Viewer
from tests.sla.conftest import House
from tests.sla.packs import TOWN, at

STATION, BUREAU = f"{TOWN}/station", f"{TOWN}/bureau"
SUPERVISOR = Viewer(TOWN, "supervisor", f"{TOWN}/office", None)
OPERATOR = Viewer(TOWN, "operator", None, None)
NOW = at("2026-03-06 12:00")
BOUNDS = bounds_at(NOW, "Asia/Shanghai")


@pytest.fixture
def cases(house: House) -> House:
    """Late, due today, soon and later, extended, paused, withheld; of two units, two categories, one private."""
    for number in range(1, 10):
        category, lead = (
            ("dumping", ("town", BUREAU)) if number % 3 == 0 else ("quarrel", ("village", STATION))
        )
        case = house.case(number, category=category)
        house.take(
            case.reported(f"2026-03-0{number} 10:00"), case.accepted(f"2026-03-0{number} 10:00", *lead)
        )
        if number in (6, 8):
            house.take(case.step(f"2026-03-0{number} 11:00", "note", effects=(("extend", "settle"),)))
    with house.store.engine.begin() as conn:
        for number, values in (
            (4, {"state": "paused", "due_at": None}),
            (7, {"state": "withheld", "due_at": None}),
        ):
            conn.execute(sa.update(clocks).where(clocks.c.subject_id == f"case-{number}").values(**values))
        conn.execute(sa.update(situations).where(situations.c.subject_id == "case-5").values(private=True))
    return house


def length(conn: sa.Connection, viewer: Viewer, **narrowed: Any) -> int:
    """How long a list is, all of its pages together."""
    found = list_deadlines(conn, viewer, DeadlineFilter(**narrowed, bounds=BOUNDS), None, 100)
    assert found.looked_to is None
    return len(found.rows)


def narrowings(line: str, key: str | None) -> Mapping[str, str | None]:
    """By what the list behind a figure is narrowed."""
    return {"lead": key or "none"} if line == "unit" else {line: key}


@pytest.mark.parametrize("viewer", [SUPERVISOR, OPERATOR, Viewer(TOWN, "unit_staff", STATION, None)], ids=str)
def test_every_figure_is_the_length_of_its_list(cases: House, viewer: Viewer) -> None:
    """In all, by unit, by level and by category; for whoever sees all, and for whoever does not."""
    unit = viewer.unit if viewer.role == "unit_staff" else None
    with cases.store.read() as conn:
        found = count_deadlines(conn, viewer, unit, BOUNDS)
        assert not found.is_cut
        seen = sum(found.in_all().values())
        assert seen == length(conn, viewer, unit=unit, is_open=True)
        for standing in DeadlineStanding:
            here = {"unit": unit, "standing": standing.value}
            assert found.in_all().get(standing, 0) == length(conn, viewer, **here)
            for line in ("unit", "level", "category", "place"):
                for key, counts in found.by(line).items():
                    assert counts.get(standing, 0) == length(conn, viewer, **here, **narrowings(line, key))
    if viewer is OPERATOR:
        assert {standing for standing, number in found.in_all().items() if number} >= {
            DeadlineStanding.BREACHED, DeadlineStanding.EXTENDED, DeadlineStanding.PAUSED,
            DeadlineStanding.UNKNOWN, DeadlineStanding.LATER,
        }  # fmt: skip


def test_what_somebody_may_not_see_is_not_counted(cases: House) -> None:
    """A private case of the station's is in the operator's figures, and in no figure of another unit that assists."""
    with cases.store.read() as conn:
        mine = count_deadlines(conn, Viewer(TOWN, "unit_staff", BUREAU, None), None, BOUNDS)
        all_of_them = count_deadlines(conn, OPERATOR, None, BOUNDS)
    assert sum(all_of_them.in_all().values()) - sum(mine.in_all().values()) == 1


def test_a_unit_that_assists_counts_its_part_once(cases: House) -> None:
    """Leads or assists, as in its list; a case in which it does both is one."""
    case = cases.case(20, assisting=[BUREAU])
    cases.take(case.reported("2026-03-06 12:00"), case.accepted("2026-03-06 12:00"))
    both = cases.case(21, category="dumping", assisting=[BUREAU])
    cases.take(both.reported("2026-03-06 12:00"), both.accepted("2026-03-06 12:00", "town", BUREAU))
    viewer = Viewer(TOWN, "unit_staff", BUREAU, None)
    with cases.store.read() as conn:
        found = count_deadlines(conn, viewer, BUREAU, BOUNDS)
        assert sum(found.in_all().values()) == length(conn, viewer, unit=BUREAU, is_open=True)
    assert sum(found.by("unit")[STATION].values()) == 1


def test_beyond_the_bound_the_answer_says_so(cases: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is due last is left out, and nothing is told as if it were all."""
    monkeypatch.setattr(figures, "MOST_COUNTED", 2)
    with cases.store.read() as conn:
        found = count_deadlines(conn, OPERATOR, None, BOUNDS)
    assert found.is_cut
    assert sum(found.in_all().values()) == 4
    assert DeadlineStanding.LATER not in found.in_all()


@given(
    st.timedeltas(timedelta(0), timedelta(days=365)).map(
        lambda after: datetime(2026, 1, 1, tzinfo=UTC) + after
    ),
    st.sampled_from(["Asia/Shanghai", "Asia/Urumqi", "UTC", "Pacific/Auckland"]),
)
def test_the_bounds_of_a_day_are_in_order(now: datetime, zone: str) -> None:
    """Today ends after now, within a day and an hour; soon never before today."""
    bounds = bounds_at(now, zone)
    assert bounds.now < bounds.today_ends <= bounds.soon_ends
    assert bounds.today_ends - now <= timedelta(hours=25)

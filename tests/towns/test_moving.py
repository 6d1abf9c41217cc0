"""A town that was exported and removed comes back as it was, here or in another house; its cases go on."""

from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from shared.contracts.routes import REPLAYABLE
from shared.flow.replay import empty_store, replay
from tests.e2e.own_town import at
from tests.towns.house import OTHER, OWN, START, House, fill, opened
from tests.towns.moves import export, faults, remove, restore


def told(house: House, town: str) -> list[str]:
    """The keys of all that was told in a town, each once for each time."""
    table = house.stores["notify"].flow.outbox.metadata.tables["notifications"]
    with house.stores["notify"].read() as conn:
        return sorted(
            conn.scalars(sa.select(table.c.key).where(table.c.town == town, table.c.state == "sent"))
        )


def end_all(house: House, cases: dict[str, str]) -> None:
    """Take what runs to its end."""
    for name, who in (("running", "station"), ("late", "bureau")):
        house.step(OWN, cases[name], "settle", who)
        house.step(OWN, cases[name], "close", who)


def test_a_town_comes_back_as_it_was_and_goes_on(house: House, tmp_path: Path) -> None:
    """Removed and restored, every row is what it was, so is every answer, and every history is whole; the other town's
    rows are the same before, between and after. Then its deadlines fire, and its cases go on to their end.
    """
    cases = dict(fill(house, OWN))
    fill(house, OTHER)
    house.advance(START + timedelta(days=2))  # heads of days have gone out by now
    eyes = house.eyes(OWN, OTHER)
    seen, rows, others = eyes.whole(), house.rows(OWN), house.everything_but(OWN)
    told_before = told(house, OWN)
    assert house.heads.is_file()
    archive = export(house, tmp_path / "own.zip")
    assert house.rows(OWN) == rows
    assert remove(house) == sum(map(len, house_rows_of(rows))) + 1  # and the message that it is suspended
    house.settle()
    assert not any(house.rows(OWN).values())
    assert house.everything_but(OWN) == others
    assert not list((house.folder / "attachments").rglob(cases["running"]))
    assert faults(house) == []
    restore(house, archive)
    assert {name: found for name, found in house.rows(OWN).items() if "jurisdiction" not in name} == {
        name: found for name, found in rows.items() if "jurisdiction" not in name
    }
    assert house.everything_but(OWN) == others
    assert house.eyes(OWN, OTHER).whole() == seen
    assert faults(house) == faults(house, OWN) == []
    house.tokens = {key: token for key, token in house.tokens.items() if key[1] != OWN}
    house.registry.resume(OWN)
    house.settle()
    house.advance(at("2026-03-20 09:00"))
    end_all(house, cases)
    assert not [letter for name in house.stores for letter in open_letters(house, name)]
    after = told(house, OWN)
    assert len(after) == len(set(after)) > len(told_before)
    assert faults(house) == []


def house_rows_of(rows: object) -> list[list[bytes]]:
    """The rows by table."""
    return list(rows.values())  # type: ignore[attr-defined]


def open_letters(house: House, service: str) -> list[str]:
    """Messages that a service could not take."""
    inbox = house.stores[service].flow.inbox
    with house.stores[service].read() as conn:
        return list(conn.scalars(sa.select(inbox.c.message_id).where(inbox.c.state != "done")))


def test_services_are_filled_from_the_history_of_a_restored_town(house: House, tmp_path: Path) -> None:
    """What a restored town had said stands behind what others said later, and is lived again in its place all the
    same: nothing waits, everything is seen as before, nobody is told again.
    """
    fill(house, OWN)
    house.advance(START + timedelta(days=1))
    fill(house, OTHER)
    for later in (timedelta(days=2), timedelta(days=2, hours=3)):
        house.advance(START + later)
    # The registry says something later than anything that intake has said: behind it the town's edition will stand.
    house.registry.amend_calendar(OTHER, years=[2028], holidays={}, make_up={})
    house.settle()
    archive = export(house, tmp_path / "own.zip")
    remove(house)
    restore(house, archive)
    house.settle()
    seen, was_told = house.eyes(OWN, OTHER).whole(), told(house, OWN)
    for name in REPLAYABLE:
        empty_store(house.stores[name])
        assert replay(house.afresh(name), house.stores).troubled == 0, name
    house.settle()
    found = house.eyes(OWN, OTHER).whole()
    # A replay gives what stands on desks new ids.
    assert len(found.pop("desks")) == len(seen.pop("desks"))
    assert found == seen
    assert told(house, OWN) == was_told


def test_a_town_moves_to_another_house_that_has_its_secret(house: House, tmp_path: Path) -> None:
    """Beside a town that has lived there, on files: every answer is the same, every history is whole, and what the new
    house said of its own days before holds for its own town.
    """
    cases = dict(fill(house, OWN))
    house.advance(START + timedelta(days=2))
    seen = house.eyes(OWN).whole()
    archive = export(house, tmp_path / "own.zip")
    with opened(tmp_path / "new") as new:
        fill(new, OTHER)
        new.advance(START + timedelta(days=2))
        restore(new, archive)
        assert new.eyes(OWN).whole() == seen
        new.registry.resume(OWN)
        new.settle()
        new.advance(START + timedelta(days=4))
        end_all(new, cases)
        assert faults(new) == faults(new, OWN) == faults(new, OTHER) == []

"""That somebody was there is told once a session and day, by reference and post, and of nobody who has no post."""

from datetime import timedelta

import sqlalchemy as sa

from services.registry.domain.accounts import AccountRole
from services.registry.store.tables import flow
from shared.contracts.envelope import Envelope, decode
from tests.registry.house import TOWN
from tests.registry.sessions import SignedInHouse

POST = f"{TOWN}/governance-office"


def told(house: SignedInHouse) -> list[Envelope]:
    """What was said of sessions."""
    with house.store.read() as conn:
        frames = conn.scalars(sa.select(flow.outbox.c.frame).order_by(flow.outbox.c.id))
        return [each for each in map(decode, frames) if each.type == "session.opened"]


def test_a_day_in_a_session_is_told_once_however_many_tokens_are_taken() -> None:
    """The next day it is told again, and nothing but who, for which post and when."""
    house = SignedInHouse()
    house.give(AccountRole("unit_staff", TOWN, POST))
    secret = house.secret()
    for _ in range(3):
        house.short_token(secret)
    (said,) = told(house)
    assert (said.town, said.stream) == (TOWN, f"town/{TOWN}")
    assert said.data.keys() == {"person", "unit", "role", "at"}
    assert (said.data["unit"], said.data["role"]) == (POST, "unit_staff")
    house.pass_time(seconds=timedelta(days=1).total_seconds())
    house.short_token(house.secret())
    assert len(told(house)) == 2


def test_who_has_no_post_is_not_counted() -> None:
    """An operator of a town belongs to none of its units."""
    house = SignedInHouse()
    house.give()
    house.short_token(house.secret())
    assert told(house) == []

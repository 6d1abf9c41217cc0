"""Who holds what, tokens, calendars, the tree: said to the others without anybody's name."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from services.registry.domain.calendars import CalendarAmendment, Days
from services.registry.domain.jurisdictions import Jurisdiction
from services.registry.domain.members import Membership
from services.registry.domain.tokens import Scope
from services.registry.store.tables import flow, people
from shared.contracts.bodies import body_of
from shared.contracts.messages import CalendarPublished
from shared.contracts.sealed import Sealer, Unreadable
from shared.flow.outbox import mark_sent, pick
from shared.flow.tokens import token_lookup
from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.web.callers import hash_token
from tests.notify.samples import NOON, SECRET
from tests.registry.house import READER, TOWN, House, files_of

HEAD = f"{TOWN}.east-village/village-station-head"
CENTRE = f"{TOWN}/town-grid-centre"
NAME, MAIL = "王小明", "wang@example.org"


def test_a_members_name_stays_in_one_sealed_table() -> None:
    """Neither message nor row shows name or address; the reader with the secret opens the address alone."""
    house = House()
    person = house.registry.members.set(
        TOWN, Membership("", HEAD, "unit_staff"), name=NAME, addresses={"mail": MAIL}
    )
    everything = house.everything_stored() + str([message.encode().decode() for message in house.said()])
    assert NAME not in everything
    assert MAIL not in everything
    (message,) = house.said("membership.")
    assert (message.data["person"], message.data["unit"], message.data["held"]) == (person, HEAD, True)
    assert Sealer(SECRET).open(message.data["addresses"]["mail"]) == MAIL
    with pytest.raises(Unreadable):
        Sealer(b"another secret of that length").open(message.data["addresses"]["mail"])
    with pytest.raises(Unreadable), house.store.read() as conn:
        Sealer(SECRET).open(conn.scalar(sa.select(people.c.sealed)))  # identities have a key of their own


def test_a_new_address_goes_for_every_place_of_the_person() -> None:
    """Who holds two units and moves is reached at the new address for both; what is not given stays."""
    house = House()
    person = house.registry.members.set(
        TOWN, Membership("", HEAD, "unit_staff"), name=NAME, addresses={"mail": MAIL}
    )
    house.registry.members.set(TOWN, Membership(person, CENTRE, "unit_staff"))
    before = len(house.said())
    house.registry.members.set(
        TOWN, Membership(person, CENTRE, "unit_staff"), addresses={"mail": "new@example.org"}
    )
    said = house.said()[before:]
    assert {message.data["unit"] for message in said} == {HEAD, CENTRE}
    assert {Sealer(SECRET).open(message.data["addresses"]["mail"]) for message in said} == {"new@example.org"}
    assert house.registry.members.look_up(TOWN, person, READER).name == NAME


def test_who_leaves_carries_no_address_away() -> None:
    """The end of a place is said without any address."""
    house = House()
    person = house.registry.members.set(TOWN, Membership("", HEAD, "unit_staff"), addresses={"mail": MAIL})
    house.registry.members.set(TOWN, Membership(person, HEAD, "unit_staff", held=False))
    assert (house.said()[-1].data["held"], house.said()[-1].data["addresses"]) == (False, {})


def test_a_forgotten_person_is_nobody() -> None:
    """Name and addresses are gone, every place has ended, references stay whole; a second time there is
    nobody.
    """
    house = House()
    person = house.registry.members.set(
        TOWN, Membership("", HEAD, "unit_staff"), name=NAME, addresses={"mail": MAIL}
    )
    house.registry.members.set(TOWN, Membership(person, CENTRE, "supervisor"))
    assert house.registry.members.forget(TOWN, person) == 2
    with house.store.read() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(people)) == 0
    with pytest.raises(Problem, match="unknown-person"):
        house.registry.members.look_up(TOWN, person, READER)
    with pytest.raises(Problem, match="unknown-person"):
        house.registry.members.forget(TOWN, "p-nobody")
    assert [message.data["held"] for message in house.said("membership.")][-2:] == [False, False]


def test_tokens_are_shown_once_and_kept_as_hashes() -> None:
    """The token stands in the answer and nowhere else; its hash and scope go to every service."""
    house = House()
    made = house.registry.tokens.issue(Scope("operator", (TOWN,), person="p-1"), label="for the town hall")
    assert made.token not in house.everything_stored() + str([message.encode() for message in house.said()])
    (message,) = house.said("token.")
    assert message.data["token_hash"] == hash_token(made.token)
    assert message.stream == f"token/{made.reference}"
    found = token_lookup(house.store)(hash_token(made.token))
    assert found is not None
    assert (found["role"], found["towns"]) == ("operator", [TOWN])


def test_a_revoked_or_ended_token_opens_nothing() -> None:
    """Revoking is said and final; an end takes effect by itself."""
    house = House()
    look_up = token_lookup(house.store)
    revoked = house.registry.tokens.issue(Scope("operator", (TOWN,)))
    ending = house.registry.tokens.issue(Scope("operator", (TOWN,), valid_until=NOON + timedelta(hours=1)))
    assert house.registry.tokens.revoke(revoked.reference)
    assert not house.registry.tokens.revoke(revoked.reference)
    assert look_up(hash_token(revoked.token)) is None
    assert house.said("token.")[-1].data["revoked"]
    assert look_up(hash_token(ending.token)) is not None
    house.pass_time(hours=1)
    assert look_up(hash_token(ending.token)) is None
    with pytest.raises(Problem, match="unknown-token"):
        house.registry.tokens.revoke("0" * 16)


def test_calendars_grow_by_revisions() -> None:
    """An amendment is merged and said as a whole under the next revision; one that changes nothing says
    nothing.
    """
    house = House()
    first = house.registry.calendars.publish(
        TOWN, CalendarAmendment(Days({date(2027, 1, 1): "元旦"}, years=frozenset({2027})))
    )
    second = house.registry.calendars.publish(
        TOWN, CalendarAmendment(Days(make_up={date(2027, 1, 3): "调休"}))
    )
    again = house.registry.calendars.publish(
        TOWN, CalendarAmendment(Days(make_up={date(2027, 1, 3): "调休"}))
    )
    assert [(made.revision, made.is_new) for made in (first, second, again)] == [
        (1, True),
        (2, True),
        (2, False),
    ]
    assert body_of(house.said("calendar.")[-1]) == CalendarPublished(
        revision=2, holidays={"2027-01-01": "元旦"}, make_up={"2027-01-03": "调休"}, years=(2027,)
    )
    third = house.registry.calendars.publish(TOWN, CalendarAmendment(Days(), frozenset({date(2027, 1, 1)})))
    assert third.days.holidays == {}


def test_the_tree_has_no_loops_and_no_loose_ends() -> None:
    """A jurisdiction is part of one that is known, and never of its own part."""
    house = House()
    for key, part_of in (("province", None), ("city", "province"), ("town", "city")):
        assert house.registry.tree.set(Jurisdiction(key, Text(key, key), part_of))
    assert not house.registry.tree.set(Jurisdiction("town", Text("town", "town"), "city"))
    with pytest.raises(Problem, match="jurisdiction-loop"):
        house.registry.tree.set(Jurisdiction("province", Text("p", "p"), "town"))
    with pytest.raises(Problem, match="unknown-jurisdiction"):
        house.registry.tree.set(Jurisdiction("x", Text("x", "x"), "nowhere"))
    assert len(house.said("jurisdiction.")) == 3


def test_everything_can_be_sent_again_as_it_was() -> None:
    """A service that lost its store gets the same messages under the same ids and numbers, in their order."""
    house = House()
    house.registry.publisher.publish(TOWN, files_of(TOWN))
    house.registry.publisher.publish("t-zq", files_of("t-zq"))
    house.registry.tokens.issue(Scope("operator", (TOWN,)))
    first = pick(house.store, 1000)
    mark_sent(house.store, [message.id for message in first], NOON)
    assert pick(house.store, 1000) == []
    assert house.registry.resend.run() == len(first)
    assert pick(house.store, 1000) == first
    mark_sent(house.store, [message.id for message in first], NOON)
    assert house.registry.resend.run([TOWN]) == len([m for m in house.said() if m.stream == f"town/{TOWN}"])
    with house.store.read() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(flow.outbox)) == len(first)

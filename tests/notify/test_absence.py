"""Absent people: the substitute gets what they would get, and their own desk keeps it."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.notify.adapters.unreal_channels import PretendChannel
from services.notify.domain.absence import attendance
from services.notify.domain.notification import Channel
from services.notify.domain.vacancy import Holder
from shared.kernel.clock import SetClock
from shared.kernel.instants import format_instant
from tests.notify.house import CENTRE, HEAD, TOWN, House, changed_files
from tests.notify.samples import NOON

MAILED = (
    "level: village, vacant: town-grid-centre}",
    "level: village, vacant: town-grid-centre, channels: [inbox, mail]}",
)
LETTERS = ("p-1", "p-2")


def house() -> House:
    """A village station with two people who are told by mail, and its centre behind it."""
    made = House(files=changed_files(MAILED), staffed=False, channels={Channel.MAIL: PretendChannel()})
    for person in LETTERS:
        made.member(HEAD, person, mail=f"{person}@example.org")
    made.member(CENTRE, "p-centre")
    return made


def away(made: House, person: str, substitute: str | None, *, days: int = 7, **more: object) -> None:
    data = {
        "absence": f"a-{person}",
        "person": person,
        "substitute": substitute,
        "from_at": format_instant(NOON),
        "until_at": format_instant(NOON + timedelta(days=days)),
        "stands": True,
        **more,
    }
    made.take(made.envelope("registry", "absence.changed", f"town/{TOWN}", data))


def accepted(made: House, case: str = "c-1") -> None:
    made.take(made.admitted(case), made.accepted(case), made.clock_event("started", case))


def told(made: House) -> list[tuple[str, str | None, str | None, str | None]]:
    return [(row["channel"], row["unit"], row["person"], row["via"]) for row in made.rows()]


def test_the_substitute_is_told_in_the_absent_persons_place() -> None:
    """Own desk and letters go to the substitute, who sees for whom; the absent one's desk keeps it; no letter is sent
    to the absent one.
    """
    made = house()
    made.member(HEAD, "p-3", mail="p-3@example.org")
    made.member(HEAD, "p-3", mail="p-3@example.org", held=False)
    made.member(f"{TOWN}/works-office", "p-3", mail="p-3@example.org")
    away(made, "p-1", "p-3")
    accepted(made)
    assert told(made) == [
        ("inbox", HEAD, None, None),
        ("inbox", None, "p-1", None),
        ("inbox", None, "p-3", "p-1"),
        ("mail", HEAD, "p-2", None),
        ("mail", f"{TOWN}/works-office", "p-3", "p-1"),
    ]
    assert [message.data.via for message in made.emitted("notification.sent")] == [None, None, "p-1"]


def test_a_colleague_who_stands_in_gets_one_letter() -> None:
    """A substitute who is told anyway is not told twice over the same channel."""
    made = house()
    away(made, "p-1", "p-2")
    accepted(made)
    assert [row for row in told(made) if row[0] == "mail"] == [("mail", HEAD, "p-2", None)]
    assert ("inbox", None, "p-2", "p-1") in told(made)


def test_the_letter_reaches_the_substitutes_own_address() -> None:
    """The address is the one that is known for the substitute, also where that is another unit's."""
    channel = PretendChannel(SetClock(NOON))
    made = House(files=changed_files(MAILED), staffed=False, channels={Channel.MAIL: channel})
    made.member(HEAD, "p-1", mail="p-1@example.org")
    made.member(CENTRE, "p-3", mail="p-3@example.org")
    away(made, "p-1", "p-3")
    accepted(made)
    made.duties["deliver"].run(100)
    assert [letter.address for letter in channel.delivered] == ["p-3@example.org"]


def test_without_a_substitute_the_units_other_people_have_it() -> None:
    """None was given: colleagues get it as ever, the absent one finds it at the desk."""
    made = house()
    away(made, "p-1", None)
    accepted(made)
    assert told(made) == [
        ("inbox", HEAD, None, None),
        ("inbox", None, "p-1", None),
        ("mail", HEAD, "p-2", None),
    ]
    assert made.alarms() == []


def test_where_nobody_is_left_the_stand_in_of_the_unit_is_told() -> None:
    """Everybody away and nobody named: as if nobody held the unit, with the alarm."""
    made = house()
    for person in LETTERS:
        away(made, person, None)
    accepted(made)
    assert ("inbox", CENTRE, None, HEAD) in told(made)
    assert made.alarms() == ["vacant-unit"]
    assert ("inbox", None, "p-1", None) in told(made)


def test_an_absence_holds_for_its_time_alone() -> None:
    """Before, and from its end on, the person is told as ever; so is one whose absence was taken back."""
    made = house()
    away(made, "p-1", "p-2", days=1)
    made.clock.set(NOON + timedelta(days=1))
    accepted(made)
    assert ("mail", HEAD, "p-1", None) in told(made)
    other = house()
    away(other, "p-1", "p-2")
    away(other, "p-1", "p-2", stands=False)
    accepted(other)
    assert ("mail", HEAD, "p-1", None) in told(other)


def test_absence_and_case_may_come_in_one_batch() -> None:
    """What a transaction has just heard counts for what it tells next."""
    made = house()
    accepted(made, "c-0")
    before = len(made.rows())
    absence = made.envelope(
        "registry",
        "absence.changed",
        f"town/{TOWN}",
        {
            "absence": "a",
            "person": "p-1",
            "substitute": "p-2",
            "from_at": format_instant(NOON),
            "until_at": format_instant(NOON + timedelta(days=1)),
            "stands": True,
        },
    )
    made.take(absence, made.admitted(), made.accepted(), made.clock_event("started"))
    assert [row["person"] for row in made.rows()[before:] if row["channel"] == "mail"] == ["p-2"]


PEOPLE = st.sampled_from("abcdef")


@given(st.sets(PEOPLE), st.dictionaries(PEOPLE, st.none() | PEOPLE), st.sets(PEOPLE))
def test_nobody_absent_is_reached_and_every_chain_ends(
    here: set[str], away_: dict[str, str | None], elsewhere: set[str]
) -> None:
    """For any absences, circular or not: only people who are present are reached, each absent one stays named, and the
    one who stands in is the end of the chain.
    """

    def places(person: str) -> tuple[Holder, ...]:
        return (Holder(person, "unit_staff", unit="other"),) if person in elsewhere else ()

    holders = tuple(Holder(person, "unit_staff") for person in sorted(here))
    found = attendance(holders, away_, places)
    assert set(found.absent) == here & away_.keys()
    assert not {holder.person for holder in found.present} & away_.keys()
    assert {holder.person for holder in found.present if holder.stands_for is None} == here - away_.keys()
    for person in found.absent:
        end, steps = away_[person], 0
        while end in away_ and steps < len(away_):
            end, steps = away_[end], steps + 1
        stands = [holder.person for holder in found.present if holder.stands_for == person]
        is_known = end is not None and end not in away_ and end in here | elsewhere
        assert stands == ([end] if is_known else [])

"""From one notice to single notifications: desks, people, channels, stand-ins."""

from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.fan_out import ChannelSetup, UnitDirectory, fan_out
from services.notify.domain.notification import Channel, Notification
from services.notify.domain.pending_notice import Addressee, PendingNotice
from services.notify.domain.vacancy import Holder, find_seat
from shared.kernel.texts import Text
from tests.notify.samples import REASON, cause

MAIL = frozenset({"mail"})
EVERYTHING = frozenset({Channel.MAIL, Channel.WEBHOOK, Channel.FILE})


def directory(
    holders: dict[str, tuple[Holder, ...]],
    *,
    channels: tuple[str, ...] = ("inbox", "mail"),
    stand_in: dict[str, str] | None = None,
    open_: frozenset[Channel] = EVERYTHING,
    replacement: Channel | None = None,
) -> UnitDirectory:
    """A directory of some units."""
    return UnitDirectory(
        lambda unit: find_seat(unit, lambda of: holders.get(of, ()), (stand_in or {}).get),
        lambda _: channels,
        ChannelSetup(open_, replacement),
    )


def made(
    recipients: tuple[Addressee, ...], of: UnitDirectory, channels: tuple[str, ...] = ()
) -> list[Notification]:
    """What a notice to these comes to."""
    notice = PendingNotice(cause(), REASON, recipients, Text("文", "text"), channels=channels)
    return list(fan_out(notice, of, lambda told, _: told.text).made)


def short(found: list[Notification]) -> list[tuple[str, str | None, str | None, str | None, str]]:
    """A notification in a line: channel, unit, person, via, why it can't be tried."""
    return [(told.channel.value, told.unit, told.person, told.via, told.lost) for told in found]


TWO = (Holder("p-1", "unit_staff", MAIL), Holder("p-2", "unit_staff", MAIL))


def test_a_held_unit_is_told_at_its_desk_and_by_its_peoples_channels() -> None:
    """The desk gets it once, every holder with an address gets a letter."""
    assert short(made((Addressee("lead", "t/a"),), directory({"t/a": TWO}))) == [
        ("inbox", "t/a", None, None, ""),
        ("mail", "t/a", "p-1", None, ""),
        ("mail", "t/a", "p-2", None, ""),
    ]


def test_a_unit_meant_by_several_words_is_told_once() -> None:
    """Lead and station head are the same unit here: one notification, not two."""
    found = made((Addressee("lead", "t/a"), Addressee("station", "t/a")), directory({"t/a": TWO}))
    assert len(found) == len(made((Addressee("lead", "t/a"),), directory({"t/a": TWO})))


def test_a_vacant_units_desk_gets_it_and_so_does_its_stand_in() -> None:
    """Nobody sits there: its desk keeps it, the stand-in is told in its place and can see for whom."""
    found = made((Addressee("lead", "t/a"),), directory({"t/b": TWO[:1]}, stand_in={"t/a": "t/b"}))
    assert short(found) == [
        ("inbox", "t/a", None, None, ""),
        ("inbox", "t/b", None, "t/a", ""),
        ("mail", "t/b", "p-1", "t/a", ""),
    ]


def test_vacancies_are_reported() -> None:
    """Whoever raises the alarm hears which units were vacant and who was found."""
    notice = PendingNotice(cause(), REASON, (Addressee("lead", "t/a"),), Text("文"))
    (seat,) = fan_out(
        notice, directory({}, stand_in={"t/a": "t/b", "t/b": "t/a"}), lambda told, _: told.text
    ).vacant
    assert (seat.wanted, seat.unit, seat.passed) == ("t/a", None, ("t/a", "t/b"))


def test_the_rules_channels_win_over_the_units() -> None:
    """A notice that names its channels goes over these; the desk gets it all the same."""
    found = made((Addressee("lead", "t/a"),), directory({"t/a": TWO}), channels=("file",))
    assert short(found) == [("inbox", "t/a", None, None, ""), ("file", "t/a", None, None, "")]


def test_a_channel_without_address_is_counted_as_failed() -> None:
    """No holder has a webhook: the notification exists and says that it could not be tried."""
    found = made((Addressee("lead", "t/a"),), directory({"t/a": TWO}, channels=("webhook",)))
    assert short(found)[1:] == [("webhook", "t/a", None, None, "no-address")]


def test_a_channel_that_is_not_set_up_gives_way_or_fails_visibly() -> None:
    """Where a stand-in channel is declared it takes its place; otherwise it is recorded as failed."""
    shut = directory({"t/a": TWO}, open_=frozenset({Channel.FILE}), replacement=Channel.FILE)
    assert short(made((Addressee("lead", "t/a"),), shut))[1:] == [("file", "t/a", None, None, "")]
    none = directory({"t/a": TWO}, open_=frozenset())
    assert {told.lost for told in made((Addressee("lead", "t/a"),), none)[1:]} == {"not-set-up"}


def test_the_reporter_is_told_by_reference_and_an_unknown_one_not_at_all() -> None:
    """A reporter's desk is found by the reference; an anonymous report tells nobody."""
    assert short(made((Addressee("reporter", person="r-9"), Addressee("reporter")), directory({}))) == [
        ("inbox", None, "r-9", None, "")
    ]


def test_the_public_gets_a_publication() -> None:
    """No person, no unit: one publication."""
    assert short(made((Addressee("public", is_public=True),), directory({}))) == [
        ("publication", None, None, None, "")
    ]


UNITS = st.sampled_from(["t/a", "t/b", "t/c", "t/d"])
HOLDERS = st.lists(
    st.builds(
        Holder,
        st.sampled_from(["p1", "p2", "p3"]),
        st.just("unit_staff"),
        st.frozensets(st.sampled_from(["mail", "webhook"])),
    ),
    max_size=3,
    unique_by=lambda h: h.person,
)


@given(
    st.dictionaries(UNITS, HOLDERS.map(tuple)),
    st.dictionaries(UNITS, UNITS),
    st.lists(UNITS, max_size=5),
    st.lists(st.sampled_from(["inbox", "mail", "webhook", "file"]), max_size=4).map(tuple),
)
def test_nobody_is_told_twice_and_no_desk_is_left_out(
    held: dict[str, tuple[Holder, ...]],
    stand_in: dict[str, str],
    wanted: list[str],
    channels: tuple[str, ...],
) -> None:
    """For any directory: keys are unique, every wanted unit's desk has it, and only holders of told units are
    told.
    """
    found = made(
        tuple(Addressee("lead", unit) for unit in wanted),
        directory(held, stand_in=stand_in, channels=channels),
    )
    assert len({told.key for told in found}) == len(found)
    desks = {told.unit for told in found if told.channel is Channel.INBOX}
    assert set(wanted) <= desks
    for told in found:
        people = {holder.person for holder in held.get(told.unit or "", ())}
        assert told.person is None or told.person in people
        assert told.unit in desks

"""Messages of two services come in any order between them, in any batches, more than once: the same is told, once."""

from datetime import timedelta
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.envelope import Envelope
from tests.notify.house import DEPARTMENT, ENVIRONMENT, House


def life(house: House) -> tuple[list[Envelope], list[Envelope]]:
    """A case from its report to its publication, as the case's and the clocks' services tell it."""

    def later() -> None:
        house.clock.set(house.clock.now() + timedelta(hours=3))

    intake, clocks = [house.admitted()], []
    later()
    intake.append(house.accepted())
    clocks.append(house.clock_event("started"))
    later()
    intake.append(house.step("progressed", "urge", ["urge"], state="accepted"))
    later()
    intake.append(house.step("extended", "note-reason", ["note-reason"], state="accepted"))
    clocks.append(house.clock_event("extended", state="extended", started_at=intake[1].data["at"]))
    later()
    intake.append(
        house.step(
            "handed_over", "assigned", ["assigned", "handed_over"], assignment=DEPARTMENT, state="assigned"
        )
    )
    clocks.append(house.clock_event("stopped", state="stopped", started_at=intake[1].data["at"]))
    later()
    intake.append(house.step("accepted", "accept", ["accept", "accepted"], assignment=DEPARTMENT))
    clocks.append(
        house.clock_event(
            "started",
            clock="k-2",
            level="town",
            unit=ENVIRONMENT,
            label="2026-03-20 24:00",
            reason={"rule": "department-limit", "because": ["P001-05.5"], "facts": {}},
        )
    )
    later()
    intake.append(house.step("progressed", "urge", ["urge"], assignment=DEPARTMENT, state="accepted"))
    later()
    intake.append(house.step("settled", "settle", ["settle", "settled"], assignment=DEPARTMENT))
    intake.append(
        house.step(
            "published", "close", ["close", "published", "closed"], assignment=DEPARTMENT, state="closed"
        )
    )
    return intake, clocks


def outcome(house: House) -> set[tuple[str, ...]]:
    """Everything that was told: key, recipient, event, text."""
    rows = house.rows()
    assert len({row["key"] for row in rows}) == len(rows)
    assert house.alarms() == []
    return {(row["key"], str(row["unit"] or row["person"]), row["event"], row["text_en"]) for row in rows}


@cache
def in_order() -> set[tuple[str, ...]]:
    """What is told when every message comes in its time."""
    house = House()
    intake, clocks = life(house)
    for message in sorted(intake + clocks, key=lambda message: (message.at, message.source)):
        house.take(message)
    return outcome(house)


@settings(max_examples=25)
@given(st.data())
def test_neither_order_nor_batches_nor_repetition_matter(data: st.DataObject) -> None:
    """Any interleaving of the two streams, cut into any batches, with any messages repeated, tells the same."""
    house = House()
    streams = [list(stream) for stream in life(house)]
    sent: list[Envelope] = []
    while any(streams):
        batch: list[Envelope] = []
        for _ in range(data.draw(st.integers(1, 4))):
            waiting = [stream for stream in streams if stream]
            if waiting:
                batch.append(data.draw(st.sampled_from(waiting)).pop(0))
        again = data.draw(st.lists(st.sampled_from(sent), max_size=2)) if sent else []
        house.take(*batch, *again)
        sent += batch
    assert outcome(house) == in_order()


def test_the_life_is_worth_comparing() -> None:
    """Deadlines of both levels are quoted, and lead, supervisor, reporter and public are told."""
    texts = " ".join(text for *_, text in in_order())
    assert "2026-03-12 24:00" in texts
    assert "2026-03-20 24:00" in texts
    assert {event for _, _, event, _ in in_order()} >= {
        "accepted",
        "assigned",
        "urge",
        "settle extended",
        "settled",
        "published",
    }

"""What a house writes down about itself when it is put away, and the same of a house that has come up again."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from tests.upgrade.look import Eyes
from tests.upgrade.seams import NAMES, House

Json = Any
FIRED = (
    "clock.warned",
    "clock.breached",
    "clock.escalated",
    "clock.extended",
)  # what clocks do by themselves


def eyes_of(house: House, token: str, towns: Sequence[str]) -> Eyes:
    """Return somebody who looks at a house over HTTP with an operator's token."""
    return Eyes(lambda service, path: house.ask(service, "GET", path, token), towns)


def lies_there(house: House) -> Json:
    """Return what lies in the message tables, and how many rows there are in every table."""
    return {
        "letters": {name: house.letters(name) for name in NAMES},
        "unsent": {name: house.unsent(name) for name in NAMES},
        "rows": house.rows(),
        "sent": sent(house),
        "said": {name: [message.id for message in house.said(name)] for name in NAMES},
    }


def sent(house: House) -> dict[str, str]:
    """Return the key of every notification that was sent, by the id of the message that says so."""
    said = house.said("notify")
    return {message.id: message.data["key"] for message in said if message.type == "notification.sent"}


def fired(house: House, clocks: Iterable[str], said_before: Iterable[str]) -> list[list[str]]:
    """Return what clocks did by themselves since: clock, event, instant at which it fell due."""
    known, before = set(clocks), set(said_before)
    return sorted(
        [message.data["clock"], message.type.removeprefix("clock."), _instant(message.data["at"])]
        for message in house.said("sla")
        if message.type in FIRED and message.data["clock"] in known and message.id not in before
    )


def _instant(text: str) -> str:
    """One spelling for an instant, however a version writes it."""
    return datetime.fromisoformat(text).isoformat()


def come_up(house: House, queues: Mapping[str, Sequence[bytes]]) -> dict[str, Counter[str]]:
    """Have a house take what lies in its queues, and let it come to rest; return what became of the frames."""
    house.begin()
    tallies = {service: house.take(service, frames) for service, frames in queues.items()}
    house.rest()
    return tallies


def clocks_in(whole: Json) -> list[str]:
    """Return the ids of all clocks that a whole look shows."""
    return [clock for case in whole["cases"].values() for clock in case["deadlines"]]


def write_down(
    reopen: Callable[[], House],
    queues: Mapping[str, Sequence[bytes]],
    token: str,
    towns: Sequence[str],
    later: datetime,
) -> Json:
    """Return what a house shows of itself, what it makes of its queues, and what becomes of it until `later`."""
    house = reopen()
    eyes, before = eyes_of(house, token, towns), lies_there(house)
    whole = eyes.whole()
    come_up(house, queues)
    after = {**eyes.outline(), "letters": {name: house.letters(name) for name in NAMES}}
    news = sorted(key for message, key in sent(house).items() if message not in before["sent"])
    house.advance(later)
    events = fired(house, clocks_in(whole), before["said"]["sla"])
    later_on = eyes.outline()
    house.close()
    return {
        "before": before,
        "whole": whole,
        "after": after,
        "news": news,
        "later": later_on,
        "fired": events,
    }

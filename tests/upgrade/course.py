"""A house that comes up after the upgrade and goes on until deadlines have passed, with what was seen on the way."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.upgrade.expectations import clocks_in, fired, lies_there, sent
from tests.upgrade.seams import NAMES
from tests.upgrade.upgraded import Upgraded


@dataclass(frozen=True, slots=True)
class Course:
    """What was seen.

    Args:
        found: what lay in the message tables once their form was the present one, and nothing had run.
        whole: what could be seen then.
        tallies: what became of the frames in queues.
        after, letters, unsent: the cases, the inboxes and outboxes when all that had been taken and done.
        news: keys of the notifications sent until then.
        later: the cases after days had passed.
        fired: what clocks of before did by themselves.
        sent: keys of all notifications that were sent since, one for each message that says so.
        lines: keys of all lines that the file channel has written, those of before among them.
        again: what became of the same frames when they came once more in the end.
    """

    upgraded: Upgraded
    found: Any
    whole: Any
    tallies: Mapping[str, Counter[str]]
    after: Any
    news: list[str]
    letters: Any
    unsent: dict[str, int]
    later: Any
    fired: list[list[str]]
    sent: list[str]
    lines: list[str]
    chains: dict[str, bool]
    histories: dict[str, list[str]]
    again: Mapping[str, Counter[str]]

    @property
    def expected(self) -> Any:
        """What the old house wrote down."""
        return self.upgraded.expected


def watch(upgraded: Upgraded) -> Course:
    """Have a house come up and go on, and look at it on the way."""
    house, eyes, expected = upgraded.house, upgraded.eyes, upgraded.expected
    found, whole = lies_there(house), eyes.whole()
    tallies = upgraded.come_up()
    after, said_before = eyes.outline(), expected["before"]["sent"]
    news = [key for message, key in sent(house).items() if message not in said_before]
    letters = {name: house.letters(name) for name in NAMES}
    unsent = {name: house.unsent(name) for name in NAMES}
    house.advance(upgraded.until)
    in_the_end = eyes.whole()
    return Course(
        upgraded=upgraded,
        found=found,
        whole=whole,
        tallies=tallies,
        after=after,
        news=news,
        letters=letters,
        unsent=unsent,
        later=eyes.outline(),
        fired=fired(house, clocks_in(expected["whole"]), expected["before"]["said"]["sla"]),
        sent=[key for message, key in sent(house).items() if message not in said_before],
        lines=_lines(upgraded),
        chains=eyes.chains(),
        histories={key: case["history"] for key, case in in_the_end["cases"].items()},
        again={name: house.take(name, frames) for name, frames in upgraded.queues.items()},
    )


def _lines(upgraded: Upgraded) -> list[str]:
    text = (upgraded.files / "notifications.jsonl").read_text(encoding="utf-8")
    return [json.loads(line)["key"] for line in text.splitlines()]

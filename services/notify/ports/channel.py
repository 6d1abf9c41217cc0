"""A channel to the outside as the delivery duty sees it: mail, webhooks, and the one in memory.

Decides what a channel is given and what it must say afterwards. Must not know stores nor what a text means.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from services.notify.domain.attempts import Attempt
from services.notify.domain.matter import Matter
from shared.kernel.texts import Language, Text


@dataclass(frozen=True, slots=True)
class GatheredLine:
    """One of several notices that a message tells together.

    Args:
        key: its own stable key; at: when it was made.
        occurrence: id of the duty's occurrence that it is about, '' where it is about none.
    """

    key: str
    case: str
    number: str
    on: str
    text: Text
    at: datetime
    occurrence: str = ""
    matter: Matter | None = None


@dataclass(frozen=True, slots=True)
class ChannelMessage:
    """One notification as it leaves the platform.

    Args:
        key: the stable key; a repetition carries the same.
        address: opened for this attempt alone; never logged, never stored.
        town: jurisdiction in whose name it is sent.
        case: id of the case, '' where there is none; number: as people write it.
        hosts: hosts that the pack's owner allowed for webhooks.
        made_at: instant at which the notification was made.
        gathered: the notices that it tells together; `text` is what it begins with.
        occurrence: id of the duty's occurrence that it is about, '' where it is about none.
        matter: the case as it stood when the notification was made; None: its words are all.
    """

    key: str
    address: str
    town: str
    subject: str
    text: Text
    language: str
    on: str
    case: str
    number: str
    unit: str | None
    made_at: datetime
    hosts: frozenset[str] = field(default_factory=frozenset)
    gathered: tuple[GatheredLine, ...] = ()
    occurrence: str = ""
    matter: Matter | None = None

    def words(self, language: Language) -> str:
        """Return all that it says, a line for each notice; one whose words were erased says nothing any more."""
        told = [line for line in self.gathered if str(line.text)]
        lines = (f"{line.number} {line.text.in_language(language)}".strip() for line in told)
        return "\n".join((self.text.in_language(language), *lines))


class OutsideChannel(Protocol):
    """A way to the outside. Its methods never raise: whatever goes wrong is an attempt's result."""

    def group_of(self, message: ChannelMessage) -> str:
        """Return the target that a message shares with others; those of one group are delivered one by one."""
        ...

    def deliver(self, messages: Sequence[ChannelMessage], until: datetime) -> list[Attempt]:
        """Try the messages of one group, in order; return one attempt for each.

        Args:
            until: messages whose turn has not come by then are postponed.
        """
        ...

"""Health as registered pings: each part of a service says for itself whether it works."""

from collections.abc import Callable
from dataclasses import dataclass, field

Ping = Callable[[], str | None]  # None: well; a text: what is wrong


@dataclass(slots=True)
class Health:
    """The pings of one service.

    Attributes:
        pings: part → what asks it.
    """

    pings: dict[str, Ping] = field(default_factory=dict)

    def register(self, name: str, ping: Ping) -> None:
        """Add a part to the report; a second ping under one name takes the first one's place.

        Args:
            ping: asked at every report, by any thread; a slow one makes the whole report slow.
        """
        self.pings[name] = ping

    def report(self) -> tuple[bool, dict[str, str]]:
        """Return whether all is well, and for each part 'ok' or what is wrong."""
        states = {name: _ask(ping) for name, ping in self.pings.items()}
        return all(state == "ok" for state in states.values()), states


def _ask(ping: Ping) -> str:
    try:
        return ping() or "ok"
    except Exception as failure:  # noqa: BLE001 - a ping that fails is an answer
        return f"{type(failure).__name__}: {failure}"

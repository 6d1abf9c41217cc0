"""Health as registered pings: each part of a service says for itself whether it works."""

from collections.abc import Callable
from dataclasses import dataclass, field

Ping = Callable[[], str | None]  # None: well; a text: what is wrong


@dataclass(slots=True)
class Health:
    """The pings of one service."""

    pings: dict[str, Ping] = field(default_factory=dict)

    def register(self, name: str, ping: Ping) -> None:
        """Add a part to the report."""
        self.pings[name] = ping

    def report(self) -> tuple[bool, dict[str, str]]:
        """Return whether all is well, and a word for each part ('ok' or what is wrong)."""
        words = {name: _ask(ping) for name, ping in self.pings.items()}
        return all(word == "ok" for word in words.values()), words


def _ask(ping: Ping) -> str:
    try:
        return ping() or "ok"
    except Exception as failure:  # noqa: BLE001 - a ping that fails is an answer
        return f"{type(failure).__name__}: {failure}"

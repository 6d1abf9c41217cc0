"""A house of a version before, come up with the code at hand, and those who look at it and act in it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.upgrade import broker
from tests.upgrade.expectations import come_up, eyes_of
from tests.upgrade.fixture import KINDS, Fixture, load, versions
from tests.upgrade.look import Eyes
from tests.upgrade.seams import House

SQLITE, POSTGRES = KINDS


def kept_houses() -> list[Any]:
    """Return every house that was put away, as parameters of a test."""
    return [
        pytest.param(
            (version, kind),
            id=f"{version} on {kind}",
            marks=[pytest.mark.servers] if kind == POSTGRES else [],
        )
        for version in versions()
        for kind in KINDS
    ]


@dataclass(slots=True)
class Upgraded:
    """A house of a version before with its tables in their present form.

    Args:
        files: folder of attachments and of the file channel.
    """

    fixture: Fixture
    house: House
    files: Path

    @classmethod
    def open(cls, version: str, kind: str, folder: Path, database: str | None) -> "Upgraded":
        """Set a house up in fresh stores and bring its tables to the form of the code at hand."""
        fixture, files = load(version, kind), folder / "files"
        fixture.put_files(files)
        if database is None:
            url = fixture.put_sqlite(folder / "stores")
        else:
            fixture.put_postgres(database)
            url = database.replace("postgresql://", "postgresql+psycopg://")
        return cls(fixture, House(url, fixture.secret, files), files)

    @property
    def expected(self) -> Mapping[str, Any]:
        """What the old house wrote down."""
        return self.fixture.expected

    @property
    def eyes(self) -> Eyes:
        """Somebody who looks at it with the token that an operator had before."""
        return eyes_of(self.house, self.expected["tokens"]["operator"], self.expected["towns"])

    @property
    def queues(self) -> Mapping[str, Sequence[bytes]]:
        """The messages that lay unacknowledged, by the service that has to take them."""
        return {name: broker.bodies(frames) for name, frames in self.fixture.queues.items()}

    @property
    def until(self) -> datetime:
        """The instant until which the old house went on."""
        return datetime.fromisoformat(self.expected["until"])

    def come_up(self) -> Mapping[str, Counter[str]]:
        """Have it take what lies in its queues and come to rest; return what became of the frames."""
        return come_up(self.house, self.queues)

    # ---- acting

    def ask(
        self, service: str, method: str, path: str, body: Any = None, who: str = "operator", **more: Any
    ) -> Any:
        """Ask something that must be answered well, and let follow what follows; return the answer's body."""
        token = self.expected["tokens"].get(who, who)
        answer = self.house.ask(service, method, path, token, body, **more)
        assert answer.status < 300, answer
        self.house.rest()
        return answer.body

    def token(self, role: str, unit: str | None = None, person: str | None = None) -> str:
        """Have a token issued as an engineer does, with the engineer's old one."""
        body = {
            "role": role,
            "towns": self.expected["towns"],
            "unit": unit,
            "person": person,
            "label": "upgrade",
        }
        wanted = {name: value for name, value in body.items() if value is not None}
        return str(self.ask("registry", "POST", "/v1/tokens", wanted, "engineer")["token"])

    def path(self, name: str) -> str:
        """Return where a named case is."""
        known = self.expected["cases"][name]
        return f"/v1/towns/{known['town']}/cases/{known['case']}"

    def view(self, name: str) -> Any:
        """Return everything about a named case."""
        return self.ask("intake", "GET", self.path(name))

    def step(self, name: str, step: str, who: str | None = None, **facts: Any) -> Any:
        """Take a step, as a person of the unit that leads the case unless a token is given; return the case."""
        token = who or self.token("unit_staff", self.view(name)["assignment"]["lead"], "p-new")
        self.ask("intake", "POST", f"{self.path(name)}/steps", {"step": step, "facts": facts}, token)
        return self.view(name)

    def clock(self, name: str, stage: str, round_: int = 1) -> Any:
        """Return the latest clock of a stage and round."""
        found = [
            row for row in self.view(name)["deadlines"] if (row["stage"], row["round"]) == (stage, round_)
        ]
        return max(found, key=lambda row: row["started_at"])

"""A house with towns, people and named cases, in which the fixture's lives are lived through its HTTP doors.

For the fixture's maker alone: it runs with the code of the version before.
"""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from gridcase.registry_admin import RegistryAdmin
from gridcase.staffing import staff
from shared.rules.pack.build.files import load_files
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack
from tests.upgrade.seams import Answer, House

ZONE = ZoneInfo("Asia/Shanghai")
PERSONS = {"grid_worker": "worker-1", "unit_staff": "staff-1"}  # as `gridcase.staffing` calls them


@dataclass(frozen=True, slots=True)
class Actor:
    """The scope of a token."""

    role: str
    unit: str | None
    person: str


def actor(role: str, unit: str | None = None, person: str | None = None) -> Actor:
    """Return somebody in a role."""
    return Actor(role, unit, person or PERSONS.get(role, f"{role}-1"))


ENGINEER = actor("engineer")


def at(label: str) -> datetime:
    """Return the instant of a local label."""
    return datetime.fromisoformat(label).replace(tzinfo=ZONE)


class Story:
    """What happens in a house, told call by call in the order of time.

    Args:
        rules: folders in which towns' packs lie.
    """

    def __init__(self, house: House, rules: tuple[Path, ...]) -> None:
        self.house = house
        self.rest: Callable[[], None] = house.rest
        self.cases: dict[str, str] = {}  # name in the story → id
        self.packs: dict[str, Pack] = {}
        self.kept: dict[str, dict[str, Any]] = {
            "requests": {},
            "identities": {},
            "people": {},
        }  # told to be asked again
        self._rules = rules
        self._towns: dict[str, str] = {}  # name in the story → town
        self._tokens: dict[Actor, str] = {}
        self._registry = RegistryAdmin(house.stores["registry"], house.secret)

    def named(self) -> dict[str, dict[str, str]]:
        """Return where each named case is: town and id."""
        return {name: {"town": self._towns[name], "case": case} for name, case in self.cases.items()}

    # ---- towns and people

    def found(self, town: str) -> None:
        """Publish a town's pack and have somebody hold each of its units."""
        self.publish(town)
        staff(self._registry, self.packs[town])
        self.rest()

    def publish(self, town: str, *changes: tuple[str, str], effective: str | None = None) -> str:
        """Publish a town's files, with words of its pack replaced; return the edition."""
        folder = next(rules / town for rules in self._rules if (rules / town).is_dir())
        files, path = load_files(folder), f"{town}/pack.yaml"
        for old, new in changes:
            assert old in files[path], old
            files[path] = files[path].replace(old, new)
        done = self._registry.publish(town, files, at(effective) if effective else None)
        self.packs.setdefault(town, build_pack(files, town))
        self.rest()
        return done.edition

    def token(self, who: Actor) -> str:
        """Return a token for an actor, which all towns know."""
        if who not in self._tokens:
            towns = ("*",) if who.role == "engineer" else tuple(self.packs)
            self._tokens[who] = self._registry.issue_token(who.role, who.unit, who.person, towns)
            self.rest()
        return self._tokens[who]

    def amend(self, town: str, **change: Any) -> None:
        """Publish amended days."""
        self._registry.amend_calendar(town, **{"years": (), "holidays": {}, "make_up": {}, **change})
        self.rest()

    def ask(
        self,
        service: str,
        method: str,
        path: str,
        who: Actor | None = None,
        body: Any = None,
        *,
        status: int = 200,
        **more: Any,
    ) -> Answer:
        """Ask for something that must be answered with `status`; then let follow what follows."""
        token = self.token(who or self.operator())
        answer = self.house.ask(service, method, path, token, body, **more)
        assert answer.status == status, (method, path, body, answer)
        self.rest()
        return answer

    @staticmethod
    def operator() -> Actor:
        """Whoever sees everything in all towns."""
        return actor("operator")

    def who(self, name: str, by: str) -> Actor:
        """Return who acts in a case: its 'lead', its 'reporter', its 'grid_worker', a role, or a role with a unit."""
        role, _, unit = by.partition(" ")
        case = self.view(name)
        match role:
            case "lead":
                return actor("unit_staff", case["assignment"]["lead"])
            case "reporter":
                return actor(role, person=case["report"]["reporter"])
            case "grid_worker":
                return actor(role, case["report"]["finder"]["unit"])
            case _:
                return actor(role, unit or None)

    def enter(self, town: str, person: str, unit: str, role: str, addresses: Mapping[str, str]) -> None:
        """Enter that somebody with a name and addresses holds a unit."""
        place = {"person": person, "unit": unit, "role": role}
        who = {"name": f"{person} of {unit}", "addresses": addresses}
        self.ask("registry", "POST", f"/v1/towns/{town}/members", body={**place, **who})
        self.kept["people"][person] = {"path": f"/v1/towns/{town}/people/{person}", **who}

    # ---- cases

    def time(self, label: str) -> None:
        """Move time to a local label."""
        self.house.advance(at(label))

    def report(
        self,
        town: str,
        name: str,
        category: str | None,
        place: str | None = None,
        *,
        by: str = "grid_worker",
        key: str | None = None,
        status: int = 201,
        **more: Any,
    ) -> None:
        """Report a case and give it a name in the story.

        Args:
            by: a role, or a role with a unit; a grid worker is that of the place.
        """
        pack = self.packs[town]
        body = {
            "channel": next(iter(pack.channels)),
            "text": f"关于{name}的反映",
            **({"category": category} if category else {}),
            **({"place": place} if place else {}),
            **more,
        }
        headers = {"Idempotency-Key": key} if key else {}
        role, _, unit = by.partition(" ")
        grid = f"{town}.{place}/grid" if role == "grid_worker" else None
        who, path = actor(role, unit or grid), f"/v1/towns/{town}/cases"
        answer = self.ask("intake", "POST", path, who, body, status=status, headers=headers)
        self.adopt(town, name, answer.body["case"])
        if key:
            said = {"path": path, "token": self.token(who), "body": body, "key": key}
            self.kept["requests"][name] = {**said, "answer": answer.body}
        if "reporter" in more:
            self.kept["identities"][name] = more["reporter"]

    def adopt(self, town: str, name: str, case: str) -> None:
        """Give a name to a case that came about by itself."""
        self.cases[name], self._towns[name] = case, town

    def step(self, name: str, step: str, by: str = "lead", due: str | None = None, **facts: Any) -> None:
        """Take a step in a case, as whoever leads it unless somebody else is named."""
        body: dict[str, Any] = {"step": step, "facts": facts}
        if due:
            body["due_at"] = at(due).isoformat()
        self.act(name, "/steps", body, by)

    def act(self, name: str, path: str, body: Any, by: str = "lead", method: str = "POST") -> Answer:
        """Do something with a case under its own path."""
        return self.ask("intake", method, f"{self._path(name)}{path}", self.who(name, by), body)

    def view(self, name: str) -> Mapping[str, Any]:
        """Return everything about a case."""
        answer = self.house.ask("intake", "GET", self._path(name), self.token(self.operator()))
        assert answer.status == 200, answer
        found: Mapping[str, Any] = answer.body
        return found

    def attach(self, name: str, file: str, content: bytes, kind: str) -> None:
        """Attach a file, as the operator."""
        data = {"file": (io.BytesIO(content), file, kind)}
        self.ask("intake", "POST", f"{self._path(name)}/attachments", status=201, data=data)

    def bring_in(self, town: str, name: str, source: str, line: Mapping[str, Any]) -> None:
        """Import a case of an older system with its past."""
        path = f"/v1/towns/{town}/cases/import?source={source}"
        text = json.dumps(line, ensure_ascii=False)
        answer = self.ask("intake", "POST", path, ENGINEER, data=text, content_type="application/x-ndjson")
        first = json.loads(answer.body.splitlines()[0])
        assert first["status"] == 201, first
        self.adopt(town, name, first["case"])

    def _path(self, name: str) -> str:
        return f"/v1/towns/{self._towns[name]}/cases/{self.cases[name]}"

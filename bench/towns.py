"""P7: many towns on a few templates: one of them changes its pack, all of them do, and cases of all towns in turn.

Five processes on RabbitMQ and PostgreSQL. Publishing is measured where it is done, in processor time; then how long it
takes until every service holds what was published, what each service has grown by once it has decided a case of
every town, and what a case costs all services together, of one town and of all towns in turn.
"""

import http.client
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from bench import processor
from bench.ground import ROOT, Ground, Unmeasured, wait_for
from bench.sample import REPORT, TOWN
from bench.town import TownHouse, town_house
from gridcase.house_stores import NAMES
from gridcase.registry_admin import RegistryAdmin
from shared.rules.pack.build.files import load_files

PACKS = (TOWN, "t-cgz", "t-com", "t-zj")
TOWNS, WHOLE = 200, 2000
CASES = 400  # of one town, and of all towns in turn
SECONDS = 1200.0
COPIED = NAMES[1:]


@dataclass(frozen=True, slots=True)
class Town:
    """A town of one shipped pack's rules under a name of its own."""

    name: str
    files: Mapping[str, str]

    def changed(self, what: str) -> "Town":
        """The same town with something else in its pack: another edition."""
        path = f"{self.name}/pack.yaml"
        return Town(self.name, {**self.files, path: f"{self.files[path]}\n# {what}\n"})


def run(ground: Ground, *, whole: bool = False, rounds: int = 1) -> dict[str, Any]:
    """Measure once; `rounds` is taken as every bench's is, and more than one of this says nothing new."""
    del rounds
    towns = list(islice(_towns(), WHOLE if whole else TOWNS))
    with (
        tempfile.TemporaryDirectory() as folder,
        ground.database() as database,
        ground.vhost() as vhost,
        town_house(Path(folder), database, vhost) as house,
    ):
        return {"towns": len(towns), **_measured(house, towns)}


def _towns() -> Iterator[Town]:
    packs = {key: load_files(ROOT / "rules" / key) for key in PACKS}
    number = 0
    while True:
        key, number = PACKS[number % len(PACKS)], number + 1
        name = f"{key}-{number}"
        own = {path.replace(f"{key}/", f"{name}/", 1): text for path, text in packs[key].items()}
        pack = own[f"{name}/pack.yaml"]
        yield Town(name, {**own, f"{name}/pack.yaml": pack.replace(f": {key}\n", f": {name}\n", 1)})


def _measured(house: TownHouse, towns: Sequence[Town]) -> dict[str, Any]:
    registry = RegistryAdmin(house.services["registry"].store, house.secret)
    house.build(NAMES)
    house.go(NAMES)
    first, *others = towns
    reported = [
        town for town in towns if town.name.startswith(f"{TOWN}-")
    ]  # of the kind that the report is of
    token = registry.issue_token("operator", None, "p-operator", tuple(town.name for town in reported))
    _publish(house, registry, [first])
    one_town = _cases(house, token, [first] * CASES)
    memory = {name: _resident(house, name) for name in COPIED}
    publishing = _publish(house, registry, others)
    _cases(house, token, reported)  # each town's pack is asked for once
    in_turn = _cases(house, token, [reported[number % len(reported)] for number in range(CASES)])
    grown = {name: round((_resident(house, name) - memory[name]) / 2**20, 1) for name in COPIED}
    one = _publish(house, registry, [first.changed("one")])
    everyone = _publish(house, registry, [town.changed("all") for town in towns])
    return {"publishing": publishing, "changed_one": one, "changed_all": everyone, "grown_mb": grown,
            "case_ms": {"one town": one_town, "in turn": in_turn}}  # fmt: skip


def _publish(house: TownHouse, registry: RegistryAdmin, towns: Sequence[Town]) -> dict[str, float]:
    """Publish; return the publisher's processor time, and when every service held all of it; in seconds."""
    before, began, spent = _editions(house, "registry"), time.monotonic(), time.process_time()
    for town in towns:
        registry.publish(town.name, town.files)
    spent = time.process_time() - spent
    wanted = before + len(towns)
    wait_for(lambda: all(_editions(house, name) >= wanted for name in COPIED), SECONDS, "copies of editions")
    return {"processor_s": round(spent, 2), "until_held_s": round(time.monotonic() - began, 2)}


def _editions(house: TownHouse, service: str) -> int:
    return int(house.count(service, "select count(*) from editions"))


def _cases(house: TownHouse, token: str, towns: Sequence[Town]) -> float:
    """Report a case in each, a hundred a request where towns repeat, and wait; return ms of all services a case."""
    pids = [process.pid for process in house.processes.values()]
    before = processor.seconds(pids)
    door = http.client.HTTPConnection("127.0.0.1", house.ports["intake"], timeout=60)
    for town in towns:
        wait_for(lambda town=town: _is_taken(door, token, town), 60, "a report is taken")  # type: ignore[misc]
    wait_for(house.is_quiet, SECONDS, "all is told", every=0.2)
    door.close()
    return round((processor.seconds(pids) - before) * 1000 / len(towns), 2)


def _is_taken(door: http.client.HTTPConnection, token: str, town: Town) -> bool:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    door.request("POST", f"/v1/towns/{town.name}/cases", json.dumps(REPORT).encode(), headers)
    answer = door.getresponse()
    content = answer.read()
    if answer.status not in (
        http.client.CREATED,
        http.client.UNAUTHORIZED,
    ):  # intake may not know the token yet
        raise Unmeasured(f"a report was answered {answer.status}: {content[:500]!r}")
    return answer.status == http.client.CREATED


def _resident(house: TownHouse, service: str) -> int:
    pages = Path(f"/proc/{house.processes[service].pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def table_of(result: dict[str, Any]) -> str:
    """Lay the figures out as a table of Markdown."""
    rows = {
        f"publish {result['towns'] - 1:,} towns": result["publishing"],
        "change one pack": result["changed_one"],
        f"change {result['towns']:,} packs": result["changed_all"],
    }
    lines = ["| | processor time of publishing, s | until every service holds it, s |", "|---|---|---|"]
    lines += [f"| {name} | {row['processor_s']} | {row['until_held_s']} |" for name, row in rows.items()]
    cases = ", ".join(f"{name} {each} ms" for name, each in result["case_ms"].items())
    grown = ", ".join(f"{name} {each} MB" for name, each in result["grown_mb"].items())
    return "\n".join([*lines, "", f"A case, all services' processor time: {cases}. Memory grew by: {grown}."])

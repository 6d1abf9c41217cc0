"""Which rules, steps and procedures took part in which scenario of which town: played once an edition, and stored.

An edition is the hash of a town's files, its scenarios among them: a changed file makes its run stale. Decides
when a run is stale; must not know statements.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from gridcase.scenarios.play import play_run
from gridcase.scenarios.reckoned import Reckoned, load_reckoned, reckon
from gridcase.scenarios.runs import runs_of
from gridcase.scenarios.stage import Stage
from gridcase.simulation.house import SimulatedHouse
from shared.rules.pack.build.files import load_files, town_folders
from shared.rules.pack.build.templates import TemplateCache
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack
from shared.rules.scenario.ledger import LedgerScenario, load_ledger_scenarios
from shared.rules.scenario.model import Scenario
from shared.rules.scenario.read import load_scenarios

RUNS = Path("tests/policy/runs.json")
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Run:
    """A town's scenarios as they went.

    Args:
        failed: keys of the scenarios that did not pass.
        parts: 'rule own-matter' → the passing scenarios in which it took part.
    """

    edition: str
    failed: tuple[str, ...]
    parts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Town:
    """A town as its files stand now."""

    folder: Path
    files: Mapping[str, str]
    pack: Pack
    scenarios: tuple[Scenario | LedgerScenario, ...]
    trials: tuple[Reckoned, ...] = ()


def read_towns(rules: Path) -> tuple[Town, ...]:
    """Return every town under a folder of rules.

    Raises:
        PackErrors: a pack is faulty.
    """
    pack_cache = TemplateCache()
    return tuple(_town(folder, pack_cache) for folder in town_folders(rules))


def read_runs(path: Path = RUNS) -> dict[str, Run]:
    """Return the stored runs by town."""
    if not path.is_file():
        return {}
    stored = json.loads(path.read_text(encoding="utf-8"))
    return {
        town: Run(
            run["edition"], tuple(run["failed"]), {part: tuple(keys) for part, keys in run["parts"].items()}
        )
        for town, run in stored.items()
    }


def write_runs(runs: Mapping[str, Run], path: Path = RUNS) -> None:
    """Store runs."""
    plain = {town: asdict(run) for town, run in sorted(runs.items())}
    path.write_text(json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def stale(towns: Iterable[Town], runs: Mapping[str, Run]) -> list[Town]:
    """Return the towns whose files are others than those that were played."""
    return [
        town
        for town in towns
        if (run := runs.get(town.pack.town)) is None or run.edition != town.pack.edition
    ]


def play_towns(towns: Iterable[Town], tick: Callable[[str], None]) -> dict[str, Run]:
    """Play the scenarios of towns through the real services under simulated time."""
    house = SimulatedHouse(BEGINNING, "reference")
    try:
        return {town.pack.town: _played(house, town, tick) for town in towns}
    finally:
        house.close()


def _town(folder: Path, pack_cache: TemplateCache) -> Town:
    files = load_files(folder)
    pack, name = build_pack(files, folder.name, pack_cache), folder.name
    lived: tuple[Scenario | LedgerScenario, ...] = (
        *load_scenarios(files, name),
        *load_ledger_scenarios(files, name),
    )
    return Town(folder, files, pack, lived, load_reckoned(files, name))


def _played(house: SimulatedHouse, town: Town, tick: Callable[[str], None]) -> Run:
    stage = Stage(house, town.files, town.folder.name)
    failed: list[str] = []
    parts: dict[str, list[str]] = {}
    for scenario in town.scenarios:
        tick(f"{town.pack.town} {scenario.key}")
        played = [play_run(stage, run) for run in runs_of(scenario)]
        if any(run.differences for run in played):
            failed.append(scenario.key)
            continue
        for kind, name in sorted(frozenset().union(*(run.parts for run in played))):
            if kind != "event":
                parts.setdefault(f"{kind} {name}", []).append(scenario.key)
    failed += [trial.key for trial in town.trials if reckon(town.pack, trial)]
    return Run(town.pack.edition, tuple(failed), {part: tuple(keys) for part, keys in parts.items()})

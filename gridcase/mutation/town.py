"""All mutants of a town held against all its scenarios.

Decides what is altered and what counts: scenarios that are red before anything is altered are left out and named.
Must not print anything.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gridcase.mutation.catalogue import mutants_of
from gridcase.mutation.crew import Crew, TownWork, Went, crew_for
from gridcase.mutation.duty_trials import DutyVerdicts, duty_mutants, judge_duties
from gridcase.mutation.mutant import Mutant
from gridcase.mutation.packs import PackVariants
from gridcase.mutation.run import MutantVerdict, RuleVerdict
from gridcase.scenarios.participants import Part
from gridcase.scenarios.reckoned import load_reckoned
from gridcase.scenarios.runs import Difference, runs_of
from shared.rules.pack.build.files import load_files
from shared.rules.scenario.ledger import LedgerScenario, load_ledger_scenarios
from shared.rules.scenario.model import Scenario
from shared.rules.scenario.read import load_scenarios

# Told after each piece of work: how many pieces are done, and of how many; a piece is a run or a mutant.
Tick = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class TrialPlan:
    """How a town is to be measured.

    Args:
        processes: how many work at it, 1 or more.
        only: alter the rules whose id contains this; None: all.
        each_statement: play on until each statement that can be shown is (`run.MutationTrial`).
    """

    processes: int = 1
    only: str | None = None
    each_statement: bool = False


@dataclass(frozen=True, slots=True)
class TownVerdict:
    """What became of a town's mutants.

    Args:
        verdicts: in the order of the pack.
        red: of each run that is not as expected while nothing is altered, what differs first.
        felt_in: by what was altered, the scenarios that turned red.
    """

    town: str
    edition: str
    verdicts: tuple[MutantVerdict, ...]
    red: tuple[Difference, ...]
    felt_in: Mapping[Part, tuple[str, ...]]


def judge_town(folder: Path, plan: TrialPlan, tick: Tick) -> TownVerdict:
    """Alter a town's pack one rule at a time and play its scenarios.

    Raises:
        PackErrors: the pack is faulty.
    """
    files, town = load_files(folder), folder.resolve().name
    packs = PackVariants(files, town)
    scenarios: tuple[Scenario | LedgerScenario, ...] = (
        *load_scenarios(files, town),
        *load_ledger_scenarios(files, town),
    )
    runs = [run for scenario in scenarios for run in runs_of(scenario)]
    mutants = [
        mutant for mutant in mutants_of(packs.read_with({}), packs.read_with) if _is_meant(mutant, plan)
    ]
    work = TownWork(packs, runs, _groups(mutants))
    pack = packs.read_with({})
    altered = [mutant for mutant in duty_mutants(pack) if _is_meant(mutant, plan)]
    duties = judge_duties(pack, load_reckoned(files, town), altered)
    count = _Count(len(runs) + len(mutants), tick)
    with crew_for(work, plan.processes) as crew:
        went = _played(crew, count)
        judged = _judged(crew, went, work, plan, count)
    return _verdict(work, went, judged, duties)


def _is_meant(mutant: Mutant, plan: TrialPlan) -> bool:
    return plan.only is None or plan.only in mutant.rule


def _groups(mutants: Sequence[Mutant]) -> list[list[Mutant]]:
    """Mutants of one and the same rule stay together, in the order of the pack."""
    found: dict[Part, list[Mutant]] = {}
    for mutant in mutants:
        found.setdefault(mutant.of, []).append(mutant)
    return list(found.values())


@dataclass(slots=True)
class _Count:
    of: int
    tick: Tick
    done: int = 0

    def add(self, pieces: int) -> None:
        self.done += pieces
        self.tick(self.done, self.of)


def _played(crew: Crew, count: _Count) -> dict[int, Went]:
    went: dict[int, Went] = {}
    for number, played in crew.play():
        went[number] = played
        count.add(1)
    return went


def _judged(
    crew: Crew, went: Mapping[int, Went], work: TownWork, plan: TrialPlan, count: _Count
) -> dict[int, RuleVerdict]:
    judged: dict[int, RuleVerdict] = {}
    for number, verdict in crew.judge(went, plan.each_statement):
        judged[number] = verdict
        count.add(len(work.groups[number]))
    return judged


def _verdict(
    work: TownWork, went: Mapping[int, Went], judged: Mapping[int, RuleVerdict], duties: DutyVerdicts
) -> TownVerdict:
    pack = work.packs.read_with({})
    verdicts = [
        MutantVerdict(mutant, difference)
        for number, group in enumerate(work.groups)
        for mutant, stood, difference in zip(
            group, judged[number].stood, judged[number].killed_by, strict=True
        )
        if stood
    ]
    felt_in = {group[0].of: judged[number].felt_in for number, group in enumerate(work.groups)}
    red = tuple(played.differences[0] for _, played in sorted(went.items()) if played.differences)
    return TownVerdict(
        pack.town,
        pack.edition,
        (*verdicts, *duties.verdicts),
        (*red, *duties.red),
        {**felt_in, **duties.felt_in},
    )

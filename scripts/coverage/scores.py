"""Mutation scores of the packs: measured by `python -m scripts.coverage --mutate`, stored with the edition's hash.

Decides when a score is stale. Must not know statements.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from gridcase.cli.mutate import score_town
from gridcase.mutation.accepted import Accepted, read_accepted
from gridcase.mutation.duty_trials import duty_mutants, judge_duties
from gridcase.mutation.mutant import Mutant
from gridcase.mutation.town import Tick, TrialPlan
from scripts.coverage.casepart import case_part
from scripts.coverage.runs import Town
from scripts.coverage.statements import Wrong
from shared.kernel.texts import Text

SCORES = Path("tests/policy/mutation.json")


@dataclass(frozen=True, slots=True)
class Survivor:
    """A change that no scenario of the town feels."""

    file: str
    rule: str
    zh: str
    en: str

    def reason(self, accepted: Iterable[Accepted]) -> str:
        """Return why the town accepts it, '' where it does not say."""
        change = Text(self.zh, self.en)
        return next((entry.reason for entry in accepted if entry.means(self.rule, change)), "")


@dataclass(frozen=True, slots=True)
class DutyScore:
    """The part of a score that duties and forms have in it.

    Args:
        rules: ids and readings whose mutants these are.
    """

    mutants: int = 0
    killed: int = 0
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """What became of a town's mutants.

    Args:
        felt: 'rule own-matter' → the scenarios that turned red when it was altered.
        duties: how much of it is of duties.
        cases: what the rest was when it was measured (`case_part`).
    """

    edition: str
    mutants: int
    killed: int
    survivors: tuple[Survivor, ...]
    felt: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    duties: DutyScore = field(default_factory=DutyScore)
    cases: str = ""

    @property
    def percent(self) -> float:
        """Killed of all, in percent."""
        return 100 * self.killed / self.mutants if self.mutants else 100.0


def read_scores(path: Path = SCORES) -> dict[str, Score]:
    """Return the stored scores by town."""
    if not path.is_file():
        return {}
    stored = json.loads(path.read_text(encoding="utf-8"))
    return {
        town: Score(
            one["edition"],
            one["mutants"],
            one["killed"],
            tuple(Survivor(**line) for line in one["survivors"]),
            {part: tuple(keys) for part, keys in one.get("felt", {}).items()},
            _duty_score(one.get("duties", {})),
            one.get("cases", ""),
        )
        for town, one in stored.items()
    }


def write_scores(scores: Mapping[str, Score], path: Path = SCORES) -> None:
    """Store scores."""
    plain = {town: asdict(score) for town, score in sorted(scores.items())}
    path.write_text(json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def stale(towns: Iterable[Town], scores: Mapping[str, Score]) -> list[Town]:
    """Return the towns whose files are others than those that were measured, or of which is not known who felt what."""
    return [town for town in towns if not _is_current(town, scores.get(town.pack.town))]


def _is_current(town: Town, score: Score | None) -> bool:
    return score is not None and score.edition == town.pack.edition and bool(score.felt or not score.killed)


def measure(town: Town, processes: int, tick: Tick, known: Score | None = None) -> Score:
    """Alter a town's pack one rule at a time and count what its scenarios feel.

    Args:
        known: measured before; where all but the duties is as it was then, duties alone are measured.

    Raises:
        PackErrors: mutants.yaml can't be read.
        Wrong: a scenario is red as it is.
    """
    cases, own = case_part(town), of_duties(town)
    if known is not None and known.cases == cases:
        return joined(town, known, own)
    found = score_town(town.folder, TrialPlan(processes, each_statement=True), tick)
    if found.judged.red:
        red = ", ".join(sorted({one.scenario for one in found.judged.red}))
        raise Wrong(f"{town.folder}: {red} fails as it is; first make `gridcase test` pass")
    alive = [*found.survivors, *(mutant for mutant, _ in found.accepted)]
    felt = {" ".join(part): keys for part, keys in found.judged.felt_in.items() if keys}
    survivors = tuple(map(_survivor, alive))
    return Score(found.judged.edition, found.mutants, found.killed, survivors, felt, own.duties, cases)


def of_duties(town: Town) -> Score:
    """Return what becomes of the mutants of duties alone: they are reckoned, in seconds.

    Raises:
        Wrong: a scenario is red as it is.
    """
    judged = judge_duties(town.pack, town.trials, duty_mutants(town.pack))
    if judged.red:
        red = ", ".join(sorted({difference.scenario for difference in judged.red}))
        raise Wrong(f"{town.folder}: {red} fails as it is; first make `gridcase test` pass")
    alive = [verdict.mutant for verdict in judged.verdicts if verdict.killed_by is None]
    felt = {" ".join(part): keys for part, keys in judged.felt_in.items() if keys}
    count, rules = len(judged.verdicts), tuple(dict.fromkeys(each.mutant.rule for each in judged.verdicts))
    own = DutyScore(count, count - len(alive), rules)
    return Score(town.pack.edition, count, own.killed, tuple(map(_survivor, alive)), felt, own)


def joined(town: Town, known: Score, own: Score) -> Score:
    """Return the rest of what is known, with the duties as they are now."""
    gone = set(known.duties.rules)
    kept = tuple(survivor for survivor in known.survivors if survivor.rule not in gone)
    felt = {part: keys for part, keys in known.felt.items() if part.partition(" ")[2] not in gone}
    return Score(
        town.pack.edition,
        known.mutants - known.duties.mutants + own.mutants,
        known.killed - known.duties.killed + own.killed,
        (*kept, *own.survivors),
        {**felt, **own.felt},
        own.duties,
        known.cases,
    )


def _duty_score(stored: Mapping[str, Any]) -> DutyScore:
    return DutyScore(stored.get("mutants", 0), stored.get("killed", 0), tuple(stored.get("rules", ())))


def unneeded(towns: Iterable[Town], scores: Mapping[str, Score]) -> Iterator[str]:
    """Yield the entries of mutants.yaml that name no survivor; a stale score can't tell."""
    for town in towns:
        score = scores.get(town.pack.town)
        if score is None or score.edition != town.pack.edition:
            continue
        for entry in read_accepted(town.folder):
            if not any(survivor.reason([entry]) for survivor in score.survivors):
                yield f"{town.folder}/mutants.yaml: {entry.rule} '{entry.change}' names no survivor"


def _survivor(mutant: Mutant) -> Survivor:
    return Survivor(mutant.spot.file, mutant.rule, mutant.change.zh, mutant.change.en)

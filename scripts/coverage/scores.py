"""Mutation scores of the packs: measured by `python -m scripts.coverage --mutate`, stored with the edition's hash.

Decides when a score is stale. Must not know statements.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from gridcase.cli.mutate import score_town
from gridcase.mutation.accepted import Accepted, read_accepted
from gridcase.mutation.mutant import Mutant
from gridcase.mutation.town import Tick, TrialPlan
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
class Score:
    """What became of a town's mutants.

    Args:
        felt: 'rule own-matter' → the scenarios that turned red when it was altered.
    """

    edition: str
    mutants: int
    killed: int
    survivors: tuple[Survivor, ...]
    felt: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

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


def measure(town: Town, processes: int, tick: Tick) -> Score:
    """Alter a town's pack one rule at a time and count what its scenarios feel.

    Raises:
        PackErrors: mutants.yaml can't be read.
        Wrong: a scenario is red as it is.
    """
    found = score_town(town.folder, TrialPlan(processes, each_statement=True), tick)
    if found.judged.red:
        red = ", ".join(sorted({one.scenario for one in found.judged.red}))
        raise Wrong(f"{town.folder}: {red} fails as it is; first make `gridcase test` pass")
    alive = [*found.survivors, *(mutant for mutant, _ in found.accepted)]
    felt = {" ".join(part): keys for part, keys in found.judged.felt_in.items() if keys}
    return Score(found.judged.edition, found.mutants, found.killed, tuple(map(_survivor, alive)), felt)


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

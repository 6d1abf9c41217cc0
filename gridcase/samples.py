"""A small caseload for an empty house: what `rules/samples.yaml` says for each shipped town, reported now.

Decides nothing about towns: a sample is a category, a place and a text in that file.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
import yaml

from gridcase.intake_client import IntakeClient, ReportBody
from gridcase.shown_case import ShownAssignment, ShownCase, ShownClock
from gridcase.simulation.timekeeper import NotQuiet, Timekeeper
from shared.flow.service import Service
from shared.kernel.problems import Problem
from shared.kernel.texts import Text

PATIENCE_SECONDS = 20.0
# The token, the town or its rules are still on their way from the registry to intake.
NOT_YET = (401, 404, 503)


@dataclass(frozen=True, slots=True)
class SampleCase:
    """A sample as a table shows it."""

    town: str
    number: str
    category: str
    place: str | None
    lead: str
    rule: str
    because: str
    due: str


class Samples:
    """Reports samples over intake's API and reads what became of them.

    Args:
        services: of the house, at work.
        token_of: a token of an operator of a town.
    """

    def __init__(self, services: Mapping[str, Service], token_of: Callable[[str], str]) -> None:
        self._house = Timekeeper(services)
        self._intake = IntakeClient(services["intake"])
        # Asked once a town: every call issues another token.
        self._token_of = cache(token_of)

    def report(self, rules: Path) -> list[SampleCase]:
        """Report every town's samples and wait until all that follows from them is done; then read them.

        Raises:
            Problem: `bad-samples`.
        """
        reported = [
            (town, case) for town, sample in read_samples(rules) if (case := self._report(town, sample))
        ]
        with suppress(NotQuiet):  # shown as they stand
            self._house.wait_quiet(PATIENCE_SECONDS)
        return [_shown(town, self._intake.case(town, self._token_of(town), case)) for town, case in reported]

    def _report(self, town: str, sample: ReportBody) -> str | None:
        """Report a sample; intake may not have heard of the token or the town's edition yet."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = self._intake.report(town, self._token_of(town), sample)
            if answer.status == 201:
                return answer.case
            if answer.status not in NOT_YET or time.monotonic() > until:
                return None
            time.sleep(0.05)


def _shown(town: str, case: ShownCase) -> SampleCase:
    reason = case.decisions[-1].reason if case.decisions else None
    return SampleCase(
        town,
        case.number,
        case.report.category,
        case.report.place.key,
        (case.assignment or ShownAssignment()).lead or "–",
        reason.rule if reason else "–",
        " ".join(reason.because) if reason else "",
        "、".join(map(_due, case.deadlines)) or "无期限 none",
    )


def _due(clock: ShownClock) -> str:
    return f"{clock.stage} {clock.label or clock.state}{'（暂定）' if clock.provisional else ''}"


def read_samples(rules: Path) -> Iterator[tuple[str, ReportBody]]:
    """Yield each town's samples of `samples.yaml` in a rules folder.

    Raises:
        Problem: `bad-samples`, naming what is no report.
    """
    path = rules / "samples.yaml"
    if not path.is_file():
        return
    try:
        read = msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), dict[str, list[ReportBody]])
    except (yaml.YAMLError, msgspec.ValidationError) as wrong:
        raise Problem(
            "bad-samples",
            Text(f"{path}：{wrong}", f"{path}: {wrong}"),
            Text("每个样例须写渠道（channel）和内容（text）", "a sample has at least a channel and a text"),
        ) from wrong
    for town, samples in read.items():
        for sample in samples:
            yield town, sample

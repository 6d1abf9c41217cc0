"""A small caseload for an empty house: what `rules/samples.yaml` says for each shipped town, reported now.

Decides nothing about towns: a sample is a category, a place and a text in that file.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from werkzeug.test import Client

from gridcase.simulation.timekeeper import NotQuiet, Timekeeper
from shared.flow.service import Service

PATIENCE_SECONDS = 20.0
NOT_YET = (401, 404, 503)


@dataclass(frozen=True, slots=True)
class SampleCase:
    """A sample as a table shows it."""

    town: str
    number: str
    category: str
    lead: str
    rule: str
    because: str
    due: str


class Samples:
    """Reports samples through intake's door and reads what became of them.

    Args:
        services: of the house, at work.
        token_of: a token of an operator of a town.
    """

    def __init__(self, services: Mapping[str, Service], token_of: Callable[[str], str]) -> None:
        self._house = Timekeeper(services)
        self._client = Client(services["intake"].app)
        self._headers = cache(lambda town: {"Authorization": f"Bearer {token_of(town)}"})

    def report(self, rules: Path) -> list[SampleCase]:
        """Report every town's samples and wait until all that follows from them is done; then read them."""
        reported = [
            (town, case) for town, sample in read_samples(rules) if (case := self._report(town, sample))
        ]
        with suppress(NotQuiet):  # shown as they stand
            self._house.wait_quiet(PATIENCE_SECONDS)
        return [self._shown(town, self._read(town, case)) for town, case in reported]

    def _report(self, town: str, sample: Mapping[str, Any]) -> str | None:
        """Report a sample; intake may not have heard of the token or the town's edition yet."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = self._client.post(
                f"/v1/towns/{town}/cases", json=dict(sample), headers=self._headers(town)
            )
            if answer.status_code == 201:
                return str(answer.get_json()["case"])
            if answer.status_code not in NOT_YET or time.monotonic() > until:
                return None
            time.sleep(0.05)

    def _read(self, town: str, case: str) -> Mapping[str, Any]:
        answer = self._client.get(f"/v1/towns/{town}/cases/{case}", headers=self._headers(town))
        found: Mapping[str, Any] = answer.get_json()
        return found

    def _shown(self, town: str, case: Mapping[str, Any]) -> SampleCase:
        reason = (case["decisions"] or [{}])[-1].get("reason") or {}
        who = case["assignment"] or {}
        due = "、".join(
            f"{clock['stage']} {clock['label'] or clock['state']}{'（暂定）' if clock['provisional'] else ''}"
            for clock in case["deadlines"]
        )
        return SampleCase(
            town,
            case["number"],
            case["report"]["category"],
            who.get("lead") or "–",
            reason.get("rule", "–"),
            " ".join(reason.get("because", ())),
            due or "无期限 none",
        )


def read_samples(rules: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each town's samples of `samples.yaml` in a rules folder: what `POST …/cases` takes."""
    path = rules / "samples.yaml"
    for town, samples in (yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}).items():
        for sample in samples:
            yield town, sample

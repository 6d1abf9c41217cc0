"""`python -m tests.fuzz --minutes 30`: new seeds round after round; prints what was found and how to have it again."""

# ruff: noqa: T201 - it speaks to a terminal

import argparse
import itertools
import logging
import tempfile
import time
from pathlib import Path

import structlog
from schemathesis.core.failures import FailureGroup

from gridcase.house_stores import NAMES
from tests.fuzz.fuzzing import FuzzedHouse, fuzz, fuzzed_house

EXAMPLES = 20


def main() -> int:
    """Ask until the time is over; fail where anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument(
        "--seed", type=int, default=int(time.time()), help="of the first round; the next ones follow"
    )
    asked = parser.parse_args()
    # Refusals by the thousand are what this is for.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    until, found, rounds = time.monotonic() + 60 * asked.minutes, 0, 0
    with tempfile.TemporaryDirectory() as folder, fuzzed_house(Path(folder)) as house:
        for number in itertools.count(asked.seed):
            for service, asker in itertools.product(NAMES, range(len(house.askers))):
                if time.monotonic() > until:
                    print(f"fuzz: {rounds} rounds of a service and a role, {found} findings")
                    return int(found > 0)
                found += _round(house, service, asker, number)
                rounds += 1
    return 0


def _round(house: FuzzedHouse, service: str, asker: int, number: int) -> int:
    found = 0
    for operation in house.operations(service):
        try:
            fuzz(operation, house.askers[asker], EXAMPLES, number)
        except (Exception, FailureGroup) as wrong:  # noqa: BLE001 - whatever a check, or the house, says
            found += 1
            print(
                f"== {service}, {house.askers[asker].role}, seed {number}: {operation.label}\n{wrong}",
                flush=True,
            )
    return found


if __name__ == "__main__":
    raise SystemExit(main())

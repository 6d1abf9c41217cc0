"""One service as a process, as `python -m services.NAME` runs it; waits for a word on its input before it starts.

Run as `python -m bench.worker NAME`; addresses come from the environment.
"""

import sys
from pathlib import Path

from gridcase.house import HousePlan, build_house, standing_stores
from shared.flow.deployment import read_deployment
from shared.flow.process import run
from shared.obs.logs import set_up_logs
from shared.obs.metrics import Metrics


def main(name: str) -> None:
    """Build the service, say so, wait for the word, and run until asked to end."""
    set_up_logs(name, "warning")
    deployment, metrics = read_deployment(), Metrics()
    plan = HousePlan(
        deployment.store_url,
        deployment.secret,
        deployment.engine,
        Path(deployment.files),
        door=deployment.door,
    )
    service = build_house(plan, standing_stores(plan, (name,)), metrics)[name]
    print("built", flush=True)
    sys.stdin.readline()
    run(service, deployment, metrics)


if __name__ == "__main__":
    main(sys.argv[1])

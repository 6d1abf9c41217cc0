"""Running the registry as a process of its own."""

import os

from services.registry.adapters.canary import CanaryTrial
from services.registry.bootstrap import NAME, RegistrySettings, build, read_providers
from shared.flow.deployment import read_deployment
from shared.flow.process import run
from shared.obs.logs import set_up_logs
from shared.obs.metrics import Metrics


def main() -> None:
    """Run until asked to end."""
    set_up_logs(NAME)
    deployment, metrics = read_deployment(), Metrics()
    settings = RegistrySettings(
        deployment.store_url,
        deployment.secret,
        token_days=deployment.token_days,
        door=deployment.door,
        sessions=deployment.sessions,
        providers=read_providers(os.environ),
    )
    trials = (CanaryTrial(),) if deployment.engine == "both" else ()
    run(build(settings, metrics=metrics, trials=trials), deployment, metrics)


if __name__ == "__main__":
    main()

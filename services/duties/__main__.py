"""Running the duties service as a process of its own."""

from pathlib import Path

from services.duties.bootstrap import NAME, DutiesSettings, build
from shared.flow.deployment import read_deployment
from shared.flow.process import run
from shared.obs.logs import set_up_logs
from shared.obs.metrics import Metrics


def main() -> None:
    """Run until asked to end."""
    set_up_logs(NAME)
    deployment, metrics = read_deployment(), Metrics()
    pictures = Path(deployment.files) / "pictures"
    settings = DutiesSettings(deployment.store_url, deployment.secret, pictures, door=deployment.door)
    run(build(settings, metrics=metrics), deployment, metrics)


if __name__ == "__main__":
    main()

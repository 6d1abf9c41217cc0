"""Running the intake service as a process of its own."""

from pathlib import Path

from services.intake.bootstrap import HEADS_FILE, NAME, IntakeSettings, build
from shared.flow.deployment import read_deployment
from shared.flow.process import run
from shared.obs.logs import set_up_logs
from shared.obs.metrics import Metrics


def main() -> None:
    """Run until asked to end."""
    set_up_logs(NAME)
    deployment, metrics = read_deployment(), Metrics()
    settings = IntakeSettings(
        deployment.store_url,
        deployment.secret,
        Path(deployment.files) / "attachments",
        engine=deployment.engine,
        door=deployment.door,
        heads=Path(deployment.files) / HEADS_FILE,
    )
    run(build(settings, metrics=metrics), deployment, metrics)


if __name__ == "__main__":
    main()

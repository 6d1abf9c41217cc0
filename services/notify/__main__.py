"""Running the notify service as a process of its own."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from services.notify.adapters.mail import MailServer
from services.notify.adapters.webhook import WebhookLimits
from services.notify.bootstrap import NAME, NotifySettings, build
from shared.flow.deployment import Deployment, read_deployment
from shared.flow.process import run
from shared.obs.logs import set_up_logs
from shared.obs.metrics import Metrics

_SECURITY = {"smtp": "starttls", "smtps": "tls", "smtp+plain": "none"}


def settings_of(deployment: Deployment, env: Mapping[str, str]) -> NotifySettings:
    """Return what the environment chooses for this service.

    `GRIDCASE_MAIL` is smtp://user:password@host:port (STARTTLS), smtps://… or smtp+plain://…,
    `GRIDCASE_MAIL_FROM` the sender, `GRIDCASE_WEBHOOKS=yes` allows webhooks, `GRIDCASE_NOTIFY_FILE` names the
    file channel's file.
    """
    file = env.get("GRIDCASE_NOTIFY_FILE")
    return NotifySettings(
        store_url=deployment.store_url,
        secret=deployment.secret,
        engine=deployment.engine,
        mail=_mail(env),
        webhooks=WebhookLimits() if env.get("GRIDCASE_WEBHOOKS") == "yes" else None,
        file=Path(file) if file else None,
        door=deployment.door,
    )


def _mail(env: Mapping[str, str]) -> MailServer | None:
    if not env.get("GRIDCASE_MAIL"):
        return None
    parts = urlsplit(env["GRIDCASE_MAIL"])
    security = _SECURITY[parts.scheme]
    port = parts.port or {"starttls": 587, "tls": 465, "none": 25}[security]
    return MailServer(
        host=parts.hostname or "",
        port=port,
        sender=env["GRIDCASE_MAIL_FROM"],
        security="tls" if security == "tls" else "none" if security == "none" else "starttls",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def main() -> None:
    """Run until asked to end."""
    set_up_logs(NAME)
    deployment, metrics = read_deployment(), Metrics()
    run(build(settings_of(deployment, os.environ), metrics=metrics), deployment, metrics)


if __name__ == "__main__":
    main()

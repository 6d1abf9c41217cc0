"""`gridcase publish`: make a town's files the edition in force, in a store at hand or in a house far away."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import requests

from gridcase.cli.problems import kindly
from gridcase.cli.stores import STORE_URL, open_existing
from gridcase.cli.words import language, say
from gridcase.registry_desk import RegistryDesk
from shared.kernel.instants import format_instant
from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.rules.pack.files import load_files

WAIT_SECONDS = 60


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--at",
    "at",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]),
    help="When it takes effect, with offset (default: at once).",
)
@click.option(
    "--registry", envvar="GRIDCASE_REGISTRY", help="Address of a running registry; needs GRIDCASE_TOKEN."
)
@STORE_URL
@kindly
def publish(folder: Path, at: datetime | None, registry: str | None, store_url: str) -> None:
    """Publish the pack in FOLDER.

    A faulty pack is refused with every fault and the edition in force stays. Running cases keep their edition
    unless the pack says otherwise. Without --registry the registry's store is written to directly.
    """
    files = load_files(folder)
    done = (
        _over_http(registry, folder.name, files, at)
        if registry
        else _directly(store_url, folder.name, files, at)
    )
    key = "published" if done["is_new"] else "unchanged"
    click.echo(say(key, town=folder.name, number=done["number"], edition=str(done["edition"])[:12]))


def _directly(store_url: str, town: str, files: dict[str, str], at: datetime | None) -> dict[str, Any]:
    done = RegistryDesk(open_existing("registry", store_url)).publish(town, files, at)
    return {"is_new": done.is_new, "number": done.number, "edition": done.edition}


def _over_http(registry: str, town: str, files: dict[str, str], at: datetime | None) -> dict[str, Any]:
    body: dict[str, Any] = {"files": files, **({"effective_at": format_instant(at)} if at else {})}
    answer = requests.post(
        f"{registry.rstrip('/')}/v1/towns/{town}/editions",
        json=body,
        timeout=WAIT_SECONDS,
        headers={
            "Authorization": f"Bearer {os.environ.get('GRIDCASE_TOKEN', '')}",
            "Accept-Language": language(),
        },
    )
    given: dict[str, Any] = answer.json()
    if not answer.ok:
        faults = "\n".join(
            f"{fault['file']}:{fault['line']} {fault['cause'][language()]} — {fault['remedy'][language()]}"
            for fault in given.get("faults", ())
        )
        said = f"{given.get('cause', answer.status_code)}\n{faults}".strip()
        raise Problem(given.get("code", "refused"), Text(said, said), Text(given.get("remedy", ""), ""))
    return given

"""`gridcase publish`: make a town's files the edition in force, in a store at hand or in a house far away."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import requests

from gridcase.cli.problems import kindly
from gridcase.cli.stores import STORE_URL, open_existing
from gridcase.cli.words import language, say
from gridcase.engines import engine_here
from gridcase.house import trials_with
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
    done = RegistryDesk(open_existing("registry", store_url), trials=trials_with(engine_here())).publish(
        town, files, at
    )
    return {"is_new": done.is_new, "number": done.number, "edition": done.edition}


def _over_http(registry: str, town: str, files: dict[str, str], at: datetime | None) -> dict[str, Any]:
    body: dict[str, Any] = {"files": files, **({"effective_at": format_instant(at)} if at else {})}
    answer = _post(registry, f"/v1/towns/{quote(town)}/editions", body)
    given: dict[str, Any] = answer.json()
    if not answer.ok:
        faults = "\n".join(
            say("fault", place=f"{fault['file']}:{fault['line']}", **_in_one_language(fault))
            for fault in given.get("faults", ())
        )
        said = f"{given.get('cause', answer.status_code)}\n{faults}".strip()
        raise Problem(given.get("code", "refused"), Text(said, said), Text(given.get("remedy", ""), ""))
    return given


def _in_one_language(fault: dict[str, Any]) -> dict[str, str]:
    return {part: fault[part][language()] for part in ("cause", "remedy")}


def _post(registry: str, path: str, body: dict[str, Any]) -> requests.Response:
    headers = {
        "Authorization": f"Bearer {os.environ.get('GRIDCASE_TOKEN', '')}",
        "Accept-Language": language(),
    }
    try:
        return requests.post(registry.rstrip("/") + path, json=body, timeout=WAIT_SECONDS, headers=headers)
    except requests.RequestException as failure:
        what = type(failure).__name__
        raise Problem(
            "unreachable",
            Text(f"无法连接 {registry}（{what}）", f"{registry} can't be reached ({what})"),
            Text("检查地址，并确认平台正在运行", "check the address, and that the house is running"),
        ) from failure

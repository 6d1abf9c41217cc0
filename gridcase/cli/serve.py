"""`gridcase serve`: run the house – everything in one process, or named services on RabbitMQ and PostgreSQL."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click
from flask import Flask
from rich.table import Table

from gridcase.cli.catalogue import localized
from gridcase.cli.packs import RULES
from gridcase.cli.problems import shows_problems
from gridcase.cli.terminal import wide_console
from gridcase.embedded import METRICS_PORT, EmbeddedHouse, embed, hold_address, plan_in
from gridcase.home import make_home
from gridcase.house import HousePlan
from gridcase.house_stores import NAMES, PACKAGES
from gridcase.lan import EVERY_ADDRESS, TRUST, LanHouse, lan_house
from gridcase.registry_admin import RegistryAdmin, trials_with
from gridcase.sample_accounts import SampleAccount, give_accounts
from gridcase.samples import SampleCase, Samples
from gridcase.staffing import staff
from gridcase.variants import with_readings
from services.console.bootstrap import NAME as CONSOLE
from shared.flow.ending import asked_to_end, wait_until
from shared.flow.webserver import HeldAddress
from shared.obs.audit import AUDIT_FILE, keep_audit_in
from shared.obs.logs import set_up_logs
from shared.rules.language.errors import PackErrors
from shared.rules.pack.build.files import load_files, town_folders
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack
from shared.web.callers import EVERYWHERE
from shared.web.quotas import read_door

FIRST_LOGIN = "admin"
LAN = "lan"  # in place of an address; and the folder of its certificate
PROCESSES = {**PACKAGES, CONSOLE: "services.console"}
# A town that shows its samples wants a year without calendar to show itself instead of hiding its deadlines.
SAMPLE_READINGS = {"RC-22": "provisional"}


@click.command()
@click.argument("services", nargs=-1, type=click.Choice((*NAMES, CONSOLE)))
@click.option(
    "--with-samples", is_flag=True, help="On an empty store: publish all packs and report sample cases."
)
@click.option(
    "--rules",
    type=click.Path(path_type=Path),
    default=RULES,
    show_default=True,
    help="Folder of packs that are published at the start.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("var"),
    show_default=True,
    help="Folder of the embedded stores, attachments and the house's secret.",
)
@click.option("--address", default="127.0.0.1", show_default=True)
@click.option(
    "--lan",
    "address",
    flag_value=LAN,
    help="Serve the local network, by HTTPS with a certificate of the house's own: phones need it.",
)
@click.option("--port", default=8080, show_default=True, help="0 takes a free one.")
@click.option(
    "--engine", type=click.Choice(["both", "reference"]), help="Evaluators; default: both where installed."
)
@shows_problems
def serve(
    services: tuple[str, ...],
    with_samples: bool,
    rules: Path,
    data: Path,
    address: str,
    port: int,
    engine: str | None,
) -> None:
    """Run everything in one process, or the named SERVICES as processes of their own.

    Without names nothing else is needed: SQLite files in the data folder, a broker in memory, one address.
    GRIDCASE_WEBHOOKS=yes lets it send webhooks to the hosts that packs allow; else they go to a file.
    GRIDCASE_QUOTA_… bound what one token, town or address may ask for; see the deployment guide.
    GRIDCASE_METRICS_PORT shows Prometheus figures at that port of 127.0.0.1, whatever --address is; else nowhere.
    With names the environment says where RabbitMQ and PostgreSQL are; see the deployment guide.
    """
    if services:
        sys.exit(_run_processes(services))
    set_up_logs("gridcase", "error")
    # First of all: where the port is taken, no folder is made, no town published, and no first token lost unseen.
    is_lan = address == LAN
    address = EVERY_ADDRESS if is_lan else address
    with closing(hold_address(address, port)) as held:
        network = lan_house(data / LAN) if is_lan else None
        _serve_embedded(with_samples, rules, data, OpenAt(address, held, network), engine)


def _run_processes(services: tuple[str, ...]) -> int:
    """Run each service as `python -m services.<name>`; the end of one ends all."""
    running = [subprocess.Popen([sys.executable, "-m", PROCESSES[name]]) for name in services]
    with suppress(KeyboardInterrupt):
        # Whichever is first, named first or not: what is left would look like a house that is well.
        while all(process.poll() is None for process in running):
            time.sleep(0.2)
    for process in running:
        process.send_signal(signal.SIGTERM)
    return max(process.wait() for process in running)


@dataclass(frozen=True, slots=True)
class OpenAt:
    """Where the house is opened.

    Args:
        network: its place in the local network; None: it is for this machine, or behind a proxy.
    """

    address: str
    held: HeldAddress
    network: LanHouse | None


def _serve_embedded(with_samples: bool, rules: Path, data: Path, at: OpenAt, engine: str | None) -> None:
    plan = plan_in(
        data, engine, webhooks=os.environ.get("GRIDCASE_WEBHOOKS") == "yes", door=read_door(os.environ)
    )
    if plan.engine == "reference":
        click.secho(localized("engine-reference"), fg="yellow")
    click.echo(localized("starting", folder=data))
    # Its log holds errors alone, for the terminal's sake: who was refused must be found out all the same.
    with closing(keep_audit_in(data / AUDIT_FILE)):
        _live_in(plan, with_samples, rules, at)


def _live_in(plan: HousePlan, with_samples: bool, rules: Path, at: OpenAt) -> None:
    house = embed(plan)
    if figures := os.environ.get(METRICS_PORT):
        house.show_figures(int(figures))
    house.start()
    trials = trials_with(plan.engine)
    registry = RegistryAdmin(
        house.services["registry"].store, plan.secret, house.metrics, trials, token_days=plan.token_days
    )
    # Asked before anything is published.
    is_new = registry.is_empty()
    folders = [folder for folder in town_folders(rules) if is_new or not registry.has_town(folder.name)]
    packs = {pack.town: pack for pack in _sound(folders)}
    for trial in trials:
        trial.try_together(packs.values())
    if is_new and not folders:
        click.secho(localized("no-towns", folder=rules), fg="yellow")
    _publish(registry, folders, packs if is_new and with_samples else None)
    # At the first start alone: only its hash is kept, so that no later start could show it again.
    token = registry.issue_token("engineer", None, None, ("*",)) if is_new else None
    first = None if registry.has_accounts() else registry.add_account(FIRST_LOGIN, "engineer", EVERYWHERE)
    samples = _report_samples(house, registry, rules) if is_new and with_samples else []
    accounts = give_accounts(registry, packs, samples)
    # Opened last: nobody meets a town that is still being published, and the first page has its samples.
    where = _open(house, make_home(house.services, house.health, samples), at)
    _greet(where, token, samples)
    _show_accounts(first, accounts)
    click.echo(localized("stop-hint"))
    _wait_for_the_end(house)


def _open(house: EmbeddedHouse, home: Flask, at: OpenAt) -> str:
    """Open the house; in a network say under which names, and how a phone comes to trust it."""
    if at.network is None:
        return house.serve(home, at.address, at.held.port, at.held)
    at.network.offer(home)
    house.serve(home, at.address, at.held.port, at.held, at.network.tls)
    addresses = [f"https://{name}:{at.held.port}" for name in at.network.names]
    trust = addresses[0] + TRUST
    click.echo(localized("lan-trust", trust=trust, fingerprint=at.network.fingerprint))
    return "  ".join(addresses)


def _sound(folders: Iterable[Path]) -> Iterator[Pack]:
    """Read packs; what is wrong with one is said when it is published."""
    for folder in folders:
        with suppress(PackErrors):
            yield build_pack(load_files(folder), folder.name)


def _publish(
    registry: RegistryAdmin, folders: Iterable[Path], for_samples: Mapping[str, Pack] | None
) -> None:
    """Publish the towns that are new; once a town runs on its own readings, those stay.

    Args:
        for_samples: the towns' packs, whose units are staffed and whose readings are those of samples.
    """
    for folder in folders:
        files = load_files(folder)
        if for_samples is not None:
            files = with_readings(files, folder.name, SAMPLE_READINGS)
        done = registry.publish(folder.name, files)
        if for_samples is not None:
            # As it was read before: another reading changes neither units nor places.
            staff(registry, for_samples[folder.name])
        click.echo(localized("published", town=folder.name, number=done.number, edition=done.edition[:12]))


def _report_samples(house: EmbeddedHouse, registry: RegistryAdmin, rules: Path) -> list[SampleCase]:
    click.echo(localized("samples"))
    token_of = partial(registry.issue_token, "operator", None, None)
    return Samples(house.services, lambda town: token_of((town,))).report(rules)


def _greet(where: str, token: str | None, samples: list[SampleCase]) -> None:
    if samples:
        wide_console().print(_table(samples))
    click.secho(localized("address", address=where), bold=True)
    if token:
        click.echo(localized("token", token=token))


def _show_accounts(first: str | None, accounts: list[SampleAccount]) -> None:
    """Show first passwords; only what is made of them is kept, so that no later start could show them again."""
    if accounts:
        click.echo(localized("sample-accounts"))
        wide_console().print(_accounts_table(accounts))
    if first:
        click.secho(localized("first-sign-in", login=FIRST_LOGIN, password=first), bold=True)


def _accounts_table(accounts: list[SampleAccount]) -> Table:
    table = Table("镇街 town", "账号 login", "初始密码 first password", "角色 role", "单位 unit")
    for account in accounts:
        table.add_row(account.town, account.login, account.password, account.role, account.unit or "")
    return table


def _table(samples: list[SampleCase]) -> Table:
    table = Table(
        "镇街 town", "编号 number", "类别 category", "牵头 lead", "规则 rule", "依据 clause", "到期 due"
    )
    for case in samples:
        table.add_row(case.town, case.number, case.category, case.lead, case.rule, case.because, case.due)
    return table


def _wait_for_the_end(house: EmbeddedHouse) -> None:
    wait_until(asked_to_end())
    house.stop()

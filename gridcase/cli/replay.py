"""`gridcase replay`: fill a service's store from what the others have emitted so far."""

import os
from collections.abc import Mapping
from pathlib import Path
from secrets import token_bytes

import click
from rich.progress import Progress

from gridcase.cli.catalogue import localized
from gridcase.cli.problems import shows_problems
from gridcase.cli.stores import STORE_URL, open_all, open_existing
from gridcase.engines import engine_here
from gridcase.house import HousePlan, build_house, open_stores, standing_stores
from services.notify import bootstrap as notify
from services.notify.__main__ import settings_of
from shared.contracts.routes import LISTENS, REPLAYABLE
from shared.db.store import Store
from shared.flow.deployment import read_deployment
from shared.flow.replay import empty_store
from shared.flow.replay import replay as fill
from shared.flow.service import Service
from shared.obs.metrics import Metrics


@click.command()
@click.argument("service", type=click.Choice(REPLAYABLE))
@STORE_URL
@click.option("--empty", is_flag=True, help="Empty the service's store first: all of it is made anew.")
@shows_problems
def replay(service: str, store_url: str, empty: bool) -> None:
    """Fill SERVICE from its producers' kept history; nobody is told, nothing is done outside.

    Its processes must not run meanwhile. What is still on its way to it is taken when it starts.
    """
    for name in LISTENS[service]:
        open_existing(name, store_url).close()  # one that is missing is named before anything is emptied
    plan = plan_to_fill(store_url)
    # SQLite's are made where the service is new; PostgreSQL's are made by 'gridcase db upgrade' alone.
    opened = open_stores if store_url.startswith("sqlite") else standing_stores
    store = opened(plan, (service,))[service]
    stores = {name: other for name, other in open_all(store_url).items() if name != service} | {
        service: store
    }
    try:
        if empty:
            empty_store(store)
        _fill(built_to_fill(service, plan, store), stores)
    finally:
        for each in stores.values():
            each.close()


def _fill(service: Service, stores: Mapping[str, Store]) -> None:
    with Progress() as progress:
        bar = progress.add_task(service.name, total=None)
        done = fill(service, stores, lambda now, of: progress.update(bar, completed=now, total=of))
    click.echo(localized("filled", service=service.name, messages=done.messages, troubled=done.troubled))


def plan_to_fill(store_url: str) -> HousePlan:
    """Return a plan for the time of a replay: nothing is sealed or opened, no file is written."""
    has_webhooks = os.environ.get("GRIDCASE_WEBHOOKS") == "yes"
    return HousePlan(store_url, token_bytes(32), engine_here(), Path(), webhooks=has_webhooks)


def built_to_fill(name: str, plan: HousePlan, store: Store) -> Service:
    """Return a service on its store, as it is filled and never run."""
    # Which channels are set up decides what becomes of each notice: where a deployment's notify has its own, these
    # count, or what went out by mail would stand there as never sent.
    if name == notify.NAME and os.environ.get("GRIDCASE_BROKER_URL"):
        return notify.build(settings_of(read_deployment(), os.environ), store=store, metrics=Metrics())
    return build_house(plan, {name: store}, Metrics())[name]

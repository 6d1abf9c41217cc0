"""`gridcase audit`: who gave and took which token, read whose identity, and signed in; by reference, newest first."""

from collections.abc import Iterable

import click

from gridcase.cli.catalogue import localized
from gridcase.cli.problems import shows_problems
from gridcase.cli.stores import STORE_URL, open_existing
from gridcase.cli.terminal import columns
from gridcase.registry_admin import RegistryAdmin
from services.registry.bootstrap import AccountEvent, Doer, IdentityReading, TokenEvent

BY = ("role", "unit", "person", "by-token", "client")
LIMIT = click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="How many.")


@click.group()
def audit() -> None:
    """Read what is on record of tokens, identities and accounts. Refusals stand in the log (embedded: audit.jsonl)."""


@audit.command()
@LIMIT
@STORE_URL
@shows_problems
def tokens(limit: int, store_url: str) -> None:
    """List the latest tokens issued and revoked, and by whom; '–': from the command line."""
    found = RegistryAdmin(open_existing("registry", store_url)).token_events(limit)
    _show(("at", "what", "reference", *BY), map(_event, found))


@audit.command()
@LIMIT
@STORE_URL
@shows_problems
def identities(limit: int, store_url: str) -> None:
    """List the latest readings of names and addresses of staff. Those of reporters stand in each case's history."""
    found = RegistryAdmin(open_existing("registry", store_url)).readings(limit)
    _show(("at", "town", "whose", *BY), map(_reading, found))


@audit.command()
@LIMIT
@STORE_URL
@shows_problems
def accounts(limit: int, store_url: str) -> None:
    """List who signed in, was refused or signed out, and what became of accounts; kept for half a year."""
    found = RegistryAdmin(open_existing("registry", store_url)).account_events(limit)
    _show(("at", "what", "login", "session", "role", "person", "by-token", "client"), map(_of_account, found))


def _show(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    shown = list(rows)
    click.echo(columns(head, shown) if shown else localized("audit-none"))


def _event(event: TokenEvent) -> tuple[str, ...]:
    return (f"{event.at:%Y-%m-%d %H:%M:%S}Z", localized(event.what), event.reference, *_by(event.by))


def _reading(reading: IdentityReading) -> tuple[str, ...]:
    return (f"{reading.at:%Y-%m-%d %H:%M:%S}Z", reading.town, reading.person, *_by(reading.by))


def _of_account(event: AccountEvent) -> tuple[str, ...]:
    by = (event.by_role or "", event.by_person or "", event.by_token or "", event.client or "")
    what = localized(event.what)
    return (f"{event.at:%Y-%m-%d %H:%M:%S}Z", what, event.login or "", event.session or "", *by)


def _by(by: Doer) -> tuple[str, ...]:
    return (by.role or "", by.unit or "", by.person or "", by.token or "", by.client or "")

"""`gridcase account`: who may sign in, and as what. A first password is shown once, and is good for choosing one."""

from collections.abc import Iterator

import click

from gridcase.cli.catalogue import localized
from gridcase.cli.problems import shows_problems
from gridcase.cli.registry import open_registry
from gridcase.cli.stores import STORE_URL
from gridcase.cli.terminal import columns
from services.registry.bootstrap import AccountRole, ListedAccount, NewAccount, Registry
from shared.web.callers import Role

COLUMNS = ("login", "role", "town", "unit", "person", "state")
PAGE = 500


@click.group()
def account() -> None:
    """Give and take accounts. Each has roles in towns, and signs in with a password of its own."""


@account.command()
@click.argument("login")
@click.option(
    "--role", required=True, type=click.Choice([str(role) for role in Role]), help="What it is in the town."
)
@click.option("--town", required=True, help="The town; '*' for an engineer of all.")
@click.option("--unit", help="'jurisdiction/unit' it speaks for; unit staff and grid workers need one.")
@click.option("--name", help="Its holder's name: sealed at once, shown to nobody but the holder.")
@click.option("--person", help="Reference of its holder, where there is one; never a name.")
@STORE_URL
@shows_problems
def add(
    login: str, role: str, town: str, unit: str | None, name: str | None, person: str | None, store_url: str
) -> None:
    """Give LOGIN an account and print its first password, this once; one that is there gets the role as well."""
    registry = open_registry(store_url, opens_identities=name is not None)
    wanted = NewAccount(login, (AccountRole(role, town, unit),), name, person)
    given = registry.accounts.add(town, wanted)
    click.echo(given.first_password or localized("account-joined", login=given.login, town=town))


@account.command("list")
@click.option("--town", help="Only this town's.")
@STORE_URL
@shows_problems
def list_(town: str | None, store_url: str) -> None:
    """List accounts with what they are, never by name."""
    listed = list(_accounts(open_registry(store_url), town))
    rows = [row for account in listed for row in _rows(account)]
    click.echo(columns(COLUMNS, rows) if rows else localized("account-none"))


@account.command()
@click.argument("login")
@STORE_URL
@shows_problems
def reset(login: str, store_url: str) -> None:
    """Give LOGIN a first password again and print it, this once. Its sessions end."""
    click.echo(open_registry(store_url).accounts.reset(None, login).first_password)


@account.command()
@click.argument("login")
@click.option("--again", is_flag=True, help="Open it again, with its password.")
@STORE_URL
@shows_problems
def disable(login: str, store_url: str, *, again: bool) -> None:
    """Shut the account of LOGIN. Its sessions end."""
    open_registry(store_url).accounts.set_disabled(None, login, disabled=not again)
    click.echo(localized("account-opened" if again else "account-shut", login=login))


def _accounts(registry: Registry, town: str | None) -> Iterator[ListedAccount]:
    """Every account, page by page."""
    after = None
    while page := (
        registry.account_views.of_town(town, after, PAGE)
        if town is not None
        else registry.account_views.everybody(after, PAGE)
    ):
        yield from page
        after = page[-1].login


def _rows(listed: ListedAccount) -> Iterator[tuple[str, ...]]:
    state = "shut" if listed.disabled else "first-password" if listed.must_change else "open"
    for held in listed.roles:
        yield (
            listed.login,
            held.role,
            held.town,
            held.unit or "",
            listed.person,
            localized(f"account-is-{state}"),
        )

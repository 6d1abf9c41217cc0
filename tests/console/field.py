"""People of one grid, with accounts of these tests' own."""

from tests.console.real_town import RealTown
from tests.console.town import PASSWORD, TOWN, ConsoleTown

GRID = f"{TOWN}.drum-1"
LOGIN = "patroller"


def give_patroller(town: ConsoleTown | RealTown) -> str:
    """Give the grid worker an account, once; return its login."""
    return give_account(town, LOGIN, "grid_worker", f"{GRID}/grid-responsible-person")


def give_leader(town: ConsoleTown | RealTown) -> str:
    """Give whoever leads in the grid an account, once; return its login."""
    return give_account(town, "grid-leader", "unit_staff", f"{GRID}/grid-responsible-leader")


def give_account(town: ConsoleTown | RealTown, login: str, role: str, unit: str | None) -> str:
    """Give somebody an account with the one password, where there is none yet; return its login."""
    if town.visitor().post("/sign-in", {"login": login, "password": PASSWORD}).status_code != 303:
        first = town.registry.add_account(login, role, TOWN, unit, f"{login}-1")
        town.newly_signed_in(login, str(first))
        town.time.wait_quiet()
    return login

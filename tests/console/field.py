"""A grid worker of the town who works alone in a grid, with accounts of the tests' own."""

from tests.console.town import PASSWORD, TOWN, ConsoleTown

UNIT = f"{TOWN}.drum-1/grid-responsible-person"
LOGIN = "patroller"


def give_patroller(town: ConsoleTown) -> str:
    """Give the grid worker an account, once; return its login."""
    wanted = {"login": LOGIN, "password": PASSWORD}
    if town.visitor().post("/sign-in", wanted).status_code != 303:
        first = town.registry.add_account(LOGIN, "grid_worker", TOWN, UNIT, "patroller-1")
        town.newly_signed_in(LOGIN, str(first))
        town.time.wait_quiet()
    return LOGIN

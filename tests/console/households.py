"""Some households, shops and disputes of one grid, entered through the API by those who enter them there."""

from typing import Any

from tests.console.field import GRID
from tests.console.town import TOWN, ConsoleTown

LEDGER = f"/v1/towns/{TOWN}/ledger"
VISIT = {"date": "2026-11-02", "source": "visit"}


class LedgerOffice:
    """Those who keep the ledger of a grid, with tokens of their own."""

    def __init__(self, town: ConsoleTown) -> None:
        self.town = town
        # Grid workers, as whoever holds the grid; the same unit reads the grid's own ledger.
        self.worker = town.registry.issue_token(
            "grid_worker", f"{GRID}/grid-responsible-person", "patroller-1", (TOWN,)
        )
        self.head = town.registry.issue_token("unit_staff", f"{GRID}/point-head", "head-1", (TOWN,))
        town.time.wait_quiet()

    def enter(self, type_: str, token: str = "", place: str = "drum-1", **facts: Any) -> str:
        """Enter something; return its id."""
        body = {**VISIT, "type": type_, "place": place, "facts": facts}
        return str(self.town.api("POST", f"{LEDGER}/entries", token or self.worker, body)["id"])

    def state(
        self, key: str, token: str = "", source: str = "visit", date: str = "2026-11-03", **facts: Any
    ) -> None:
        """State facts of an entry."""
        body = {"date": date, "source": source, "facts": facts}
        self.town.api("POST", f"{LEDGER}/entries/{key}/statements", token or self.worker, body)

    def entry(self, key: str) -> Any:
        """An entry as whoever holds the grid reads it."""
        return self.town.api("GET", f"{LEDGER}/entries/{key}", self.worker)

    def statements(self, key: str) -> Any:
        """All that was said of an entry."""
        return self.town.api("GET", f"{LEDGER}/entries/{key}/statements", self.worker)["statements"]


def households(town: ConsoleTown) -> str:
    """Enter some of everything, once; return a household on whose members two sources differ."""
    office, kinds = LedgerOffice(town), ("elderly_alone", "tenants", "other")
    keys = [
        office.enter("household", head=f"户主{number}", members=number % 5 + 1, group=kinds[number % 3])
        for number in range(5)
    ]
    for name in ("老街面馆", "河边粮店", "东门修车铺"):
        office.enter("shop", name=name)
    if not office.entry(keys[0])["differs"]:
        office.state(keys[0], source="派出所名册", members=4)
    return keys[0]

"""Figures of all the towns that somebody works for, a line for each: where it burns is seen before a town is opened.

Decides in which of somebody's roles a town is asked, and how many towns a page holds. What is counted, sla decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint
from flask.typing import ResponseReturnValue

from services.console.api.frame import PageFrame, need_sign_in, reader
from services.console.domain.figures import SHOWN, FiguresSheet, worst_town_first
from services.console.domain.sheets import RoleSheet
from services.console.handlers.client import at
from services.console.handlers.readers import Reader
from shared.kernel.roles import Role
from shared.kernel.scope import EVERYWHERE

MOST_TOWNS = 50  # each is asked by itself
COUNTING_ROLES = (
    Role.SUPERVISOR,
    Role.OPERATOR,
    Role.UNIT_STAFF,
)  # whoever sees most of a town before the rest


@dataclass(frozen=True, slots=True)
class AcrossPages:
    """Several towns at once."""

    frame: PageFrame

    def mount(self, pages: Blueprint) -> None:
        """Add the routes."""
        pages.add_url_rule("/supervision", "across", self.show)

    def show(self) -> ResponseReturnValue:
        """Show how each of the reader's towns stands, the worst first."""
        need_sign_in()
        who = reader()
        towns = dict(list(counted_towns(who))[:MOST_TOWNS])
        figures = {
            town: who.in_role(held).read(at("towns", town, "deadlines", "figures"), FiguresSheet)
            for town, held in towns.items()
        }
        lines = [(town, towns[town], figures[town]) for town in worst_town_first(figures)]
        return self.frame.page("across.html", lines=lines, standings=SHOWN)


def counted_towns(who: Reader) -> Iterator[tuple[str, RoleSheet]]:
    """Yield the towns whose figures somebody may see, each with the role that sees most of it."""
    roles = who.session.roles if who.session else ()
    seen: set[str] = set()
    for kind in COUNTING_ROLES:
        for held in roles:
            for town in held.towns if held.role == kind else ():
                if town != EVERYWHERE and town not in seen:
                    seen.add(town)
                    yield town, held

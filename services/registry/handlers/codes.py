"""Giving out codes of grids: one scheme for a district, no code twice (P002A.8)."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.registry.domain.codes import GridCode, Named, code_of
from services.registry.domain.grids import is_same
from services.registry.domain.keys import check_key
from services.registry.domain.refusals import refusal
from services.registry.handlers.tree import Tree
from services.registry.ports.books import CodeBook, DrawnCodes
from shared.db.store import Store
from shared.db.work import Work
from shared.kernel.problems import Problem


@dataclass(frozen=True, slots=True)
class Codes:
    """Gives out codes."""

    store: Store
    book: CodeBook
    drawn: DrawnCodes
    tree: Tree

    def give(
        self,
        town: str,
        named: Named,
        *,
        chosen: Mapping[str, str] | None = None,
        separator: str = "",
        by: str | None = None,
    ) -> GridCode:
        """Give a grid its code and keep it, parts apart.

        Raises:
            Problem: `code-taken`, and all that `domain.codes.code_of` raises.
        """
        check_key(town)
        code = code_of(named, chosen, separator)
        with self.store.begin() as work:
            self.tree.hold(work, town)
            known = self.tree.book.get(work, town)
            part_of = known.part_of if known else None
            if part_of is not None:
                self.tree.hold(work, part_of)  # the district's scheme: one code at a time
            self._check_free(work, self.book.district_of(work, town, part_of), town, code)
            self.book.add(work, town, code, by)
        return code

    def _check_free(self, work: Work, towns: list[str], town: str, code: GridCode) -> None:
        given = self.book.alike(work, towns, code)
        drawn = [
            (place, other)
            for place, other in self.drawn.codes_in(work.conn, towns)
            if not (place == town and is_same(other.named, code.named))  # this very grid
        ]
        for where, other in (*given, *drawn):
            if other.clashes_with(code):
                raise _taken(where, other, code)


def _taken(town: str, other: GridCode, code: GridCode) -> Problem:
    named = other.named
    return refusal(
        "code-taken",
        written=code.text,
        town=town,
        street=named.street,
        community=named.community,
        serial=named.serial,
    )

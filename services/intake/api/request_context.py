"""What all of intake's routes work with: who calls, the case that the call is about, pages, problems in words.

Decides that a case which the caller may not see is not found, and that whoever changes a case has it locked. Each
class of routes gets this and, beside it, no more than what its own routes need.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.intake.domain.case import Case
from services.intake.domain.refusal import Refusal, refusal
from services.intake.store.case_file import SqlCaseFile
from services.intake.store.reading import find_case
from services.intake.store.suspended import refuse_suspended
from shared.contracts.messages import Actor
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.editions import PackCache, current_edition
from shared.kernel.problems import Problem
from shared.kernel.roles import Viewer
from shared.rules.decide.compiled import CompiledRulesCache
from shared.rules.pack.model import Pack
from shared.web.access import caller, unknown
from shared.web.callers import Role
from shared.web.catalogue import Catalogue
from shared.web.cursors import Cursors
from shared.web.paging import Page, page_of
from shared.web.watching import trace

STAFF = (Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR)
ACTORS = (Role.REPORTER, Role.GRID_WORKER, *STAFF)
EVERYBODY = (*ACTORS, Role.ENGINEER)


@dataclass(frozen=True, slots=True)
class RequestContext:
    """Opens cases for requests.

    Args:
        files: the case file, for what is changed; what is only looked at is read from the store.
        catalogue: the words of intake's refusals.
    """

    store: Store
    files: SqlCaseFile
    pack_cache: PackCache
    cursors: Cursors
    catalogue: Catalogue
    compiled: CompiledRulesCache

    def problem(self, no: Refusal | Problem) -> Problem:
        """Return a refusal in words."""
        return no if isinstance(no, Problem) else self.catalogue.problem(no.code, no.where, **no.terms)

    def page(self, query: Mapping[str, Any], *list_: str) -> Page:
        """Return the page of a list that a query asks for; see `shared.web.paging.page_of`.

        Raises:
            Problem: `bad-cursor`.
        """
        return page_of(self.cursors, query, *list_)

    def case(self, conn: sa.Connection, town: str, key: str) -> Case:
        """Return a case that the caller may see, by id or number.

        Raises:
            Problem: `not-found`; that it was asked for is recorded.
        """
        found = find_case(conn, viewer(town), key)
        if found is None:
            raise unknown("case", key)
        return found

    def case_to_change(self, work: Work, town: str, key: str) -> Case:
        """Return a case that the caller may see, locked for this transaction.

        Raises:
            Problem: `not-found`.
            Refusal: `town-suspended`.
        """
        return self.cases_to_change(work, town, key)[0]

    def cases_to_change(self, work: Work, town: str, *keys: str) -> list[Case]:
        """Return cases that the caller may see, in the order of the keys, where the town lets them be changed.

        Raises:
            Problem: `not-found`.
            Refusal: `town-suspended`.
        """
        refuse_suspended(work.conn, town)
        return self.held_cases(work, town, *keys)

    def held_cases(self, work: Work, town: str, *keys: str) -> list[Case]:
        """Return cases that the caller may see, in the order of the keys.

        All are locked by one `prefetch`, whose order of rows is the same for everybody: two requests about the same
        cases wait for one another and never both at once. What the messages of this transaction cause belongs to the
        request's trace.

        Raises:
            Problem: `not-found`.
        """
        work.trace = trace().parent
        # Seen before it is locked: whoever may not see a case must not hold anybody up on it.
        seen = [self.case(work.conn, town, key) for key in keys]
        self.files.prefetch(work, [case.id for case in seen])
        return [self._locked(work, case, key) for case, key in zip(seen, keys, strict=True)]

    def _locked(self, work: Work, seen: Case, key: str) -> Case:
        found = self.files.find(work, seen.id)
        if found is None:
            raise unknown("case", key)
        return found

    def pack_of(self, conn: sa.Connection, case: Case) -> Pack:
        """Return the pack of the edition that a case is bound to."""
        return self.pack_cache.of(conn, self.store.flow.editions, case.edition)

    def pack_in_force(self, conn: sa.Connection, town: str) -> Pack:
        """Return a town's pack as it holds now.

        Raises:
            Refusal: `no-edition`.
        """
        editions = self.store.flow.editions
        edition = current_edition(conn, editions, town, self.store.now(conn))
        if edition is None:
            raise refusal("no-edition", {"town": town}, town=town)
        return self.pack_cache.of(conn, editions, edition)

    def pack_once_in_force(self, conn: sa.Connection, town: str, edition: str) -> Pack:
        """Return one of a town's packs that holds or has held.

        Raises:
            Refusal: `no-such-edition`.
        """
        editions = self.store.flow.editions
        known = sa.select(editions.c.edition).where(editions.c.town == town, editions.c.edition == edition)
        if conn.execute(known.limit(1)).first() is None:
            raise refusal("no-such-edition", {"town": town}, town=town, edition=edition)
        return self.pack_cache.of(conn, editions, edition)


def viewer(town: str) -> Viewer:
    """Return the caller as somebody who looks at a town."""
    return caller().viewing(town)


def actor() -> Actor:
    """Return the caller as somebody who acts."""
    who = caller()
    return Actor(who.role.value, who.unit, who.person)

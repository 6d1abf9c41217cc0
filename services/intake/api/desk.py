"""What all of intake's routes work with, and how the domain's refusals become problems."""

from dataclasses import dataclass

import sqlalchemy as sa

from services.intake.domain.actors import Actor
from services.intake.domain.case import Case
from services.intake.domain.refusal import Refusal
from services.intake.handlers.admit import Admitter
from services.intake.handlers.bring_in import Importer
from services.intake.handlers.decisions import DecisionTaker
from services.intake.handlers.drafts import Drafts
from services.intake.handlers.likely import Likely
from services.intake.handlers.merging import Merger
from services.intake.handlers.people import Assigner
from services.intake.handlers.redecide import Redecider
from services.intake.handlers.rehome import Rehomer
from services.intake.handlers.satisfaction import Satisfaction
from services.intake.handlers.take_step import StepTaker
from services.intake.handlers.work_orders import OrderMover
from services.intake.ports.attachments import Attachments
from services.intake.ports.case_file import CaseFile
from services.intake.ports.seal import Seal
from services.intake.store.reading import find_case
from services.intake.store.visibility import Viewer
from shared.db.store import Store
from shared.db.work import Work
from shared.flow.editions import PackShelf
from shared.kernel.problems import Problem
from shared.obs.metrics import Metrics
from shared.rules.decide.book import Books
from shared.rules.pack.model import Pack
from shared.web.access import caller, unknown
from shared.web.callers import Role
from shared.web.cursors import Cursors
from shared.web.watching import trace
from shared.web.words import Words

STAFF = (Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR)
ACTORS = (Role.REPORTER, Role.GRID_WORKER, *STAFF)
EVERYBODY = (*ACTORS, Role.ENGINEER)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the routes work with."""

    store: Store
    shelf: PackShelf
    files: CaseFile
    seal: Seal
    attachments: Attachments
    admitter: Admitter
    steps: StepTaker
    decisions: DecisionTaker
    orders: OrderMover
    redecider: Redecider
    importer: Importer
    rehomer: Rehomer
    books: Books
    likely: Likely
    drafts: Drafts
    merger: Merger
    satisfaction: Satisfaction
    assigner: Assigner
    cursors: Cursors
    words: Words
    metrics: Metrics

    def problem(self, no: Refusal | Problem) -> Problem:
        """Return a refusal in words."""
        return no if isinstance(no, Problem) else self.words.problem(no.code, no.where, **no.terms)

    def case(self, conn: sa.Connection, town: str, key: str) -> Case:
        """Return a case that the caller may see, by id or number.

        Raises:
            Problem: `not-found`; the asking is recorded.
        """
        found = find_case(conn, viewer(town), key)
        if found is None:
            raise unknown("case", key)
        return found

    def case_to_change(self, work: Work, town: str, key: str) -> Case:
        """Return a case that the caller may see, locked for this transaction."""
        return self.cases_to_change(work, town, key)[0]

    def cases_to_change(self, work: Work, town: str, *keys: str) -> list[Case]:
        """Return cases that the caller may see, all locked for this transaction in an order that can't cross."""
        work.trace = trace().parent
        seen = [self.case(work.conn, town, key) for key in keys]
        self.files.prefetch(work, [one.id for one in seen])
        found = [self.files.find(work, one.id) for one in seen]
        for key, one in zip(keys, found, strict=True):
            if one is None:
                raise unknown("case", key)
        return [one for one in found if one is not None]

    def pack(self, conn: sa.Connection, case: Case) -> Pack:
        """Return the pack of the edition that a case is bound to."""
        return self.shelf.of(conn, self.store.flow.editions, case.edition)


def viewer(town: str) -> Viewer:
    """Return the caller as somebody who looks."""
    who = caller()
    return Viewer(town, who.role, who.unit, who.person)


def actor() -> Actor:
    """Return the caller as somebody who acts."""
    who = caller()
    return Actor(who.role.value, who.unit, who.person)

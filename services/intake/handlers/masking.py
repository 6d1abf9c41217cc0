"""Who sees which texts masked: by the town's rules in force, and by who has need of them.

Decides that a name is looked up to be hidden, which is no reading of an identity: nobody gets to see it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from services.intake.adapters.seal import IdentitySeal
from services.intake.domain.actors import needs_identity
from services.intake.domain.case import Case
from services.intake.domain.masked_case import CaseMask
from services.intake.store.listed_cases import ListedCase
from services.intake.store.reading import identities_of
from shared.contracts.messages import Actor
from shared.db.store import Store
from shared.flow.editions import PackCache, current_edition
from shared.rules.pack.model import Masked, Pack

_NAME = "name"  # what of an identity is a name


@dataclass(frozen=True, slots=True)
class TextMasker:
    """Finds the masks of cases for somebody who looks."""

    store: Store
    pack_cache: PackCache
    seal: IdentitySeal

    def of_cases(
        self, conn: sa.Connection, town: str, actor: Actor, cases: Sequence[Case]
    ) -> Mapping[str, CaseMask]:
        """Return the masks of cases by their ids; a case that is shown as it is has none."""
        what = self._what(conn, town, actor)
        shown = [
            case for case in cases if what and not _is_own(actor, case) and not needs_identity(actor, case)
        ]
        refs = {case.id: [ref for ref in (case.reporter, *case.reporters) if ref] for case in shown}
        return self._masks(conn, town, what, refs)

    def of_list(
        self, conn: sa.Connection, town: str, actor: Actor, cases: Sequence[ListedCase]
    ) -> Mapping[str, CaseMask]:
        """Return the masks of a list's cases by their ids: a list knows of the lead alone that it holds a case."""
        what = self._what(conn, town, actor)
        shown = [case for case in cases if what and case.title and not _is_leads(actor, case)]
        refs = {case.id: [case.reporter] if case.reporter else [] for case in shown}
        return self._masks(conn, town, what, refs)

    def names_of(self, conn: sa.Connection, town: str, case: Case) -> tuple[str, ...]:
        """Return the names of those who reported a case, to be masked and shown to nobody."""
        found = self._names(conn, town, [ref for ref in (case.reporter, *case.reporters) if ref])
        return tuple(found.values())

    def _what(self, conn: sa.Connection, town: str, actor: Actor) -> frozenset[Masked]:
        # The edition in force, and not the case's own: what is to be hidden today is hidden in older cases too.
        edition = current_edition(conn, self.store.flow.editions, town, self.store.now(conn))
        pack = self.pack_cache.of(conn, self.store.flow.editions, edition) if edition else None
        return frozenset() if pack is None else _masked_for(pack, actor.role)

    def _masks(
        self, conn: sa.Connection, town: str, what: frozenset[Masked], refs: Mapping[str, Sequence[str]]
    ) -> dict[str, CaseMask]:
        persons = {ref for case in refs.values() for ref in case} if Masked.NAMES in what else set()
        names = self._names(conn, town, persons)
        return {
            case: CaseMask(what, tuple(names[ref] for ref in of_case if ref in names))
            for case, of_case in refs.items()
        }

    def _names(self, conn: sa.Connection, town: str, refs: Iterable[str]) -> dict[str, str]:
        found = identities_of(conn, town, refs) if refs else {}
        opened = {
            ref: self.seal.open(known.sealed) for ref, known in found.items() if known.sealed is not None
        }
        return {ref: identity[_NAME] for ref, identity in opened.items() if identity.get(_NAME)}


def _masked_for(pack: Pack, role: str) -> frozenset[Masked]:
    return frozenset(what for what, mask in pack.masked.items() if role in mask.roles)


def _is_own(actor: Actor, case: Case) -> bool:
    return actor.person is not None and actor.person == case.reporter


def _is_leads(actor: Actor, case: ListedCase) -> bool:
    return (actor.unit is not None and actor.unit == case.lead) or (
        actor.person is not None and actor.person == case.reporter
    )

"""Publishing a pack: build it, try it out, and only then let it take effect.

Decides nothing about rules. A pack with a fault is refused with every fault at once, and nothing changes: the
edition in force stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.registry.domain.admission import changes_grids, check_makes_grids
from services.registry.domain.announcements import edition_published, town_stream
from services.registry.domain.attempts import TriedChange
from services.registry.domain.editions import Published, check_file_names, judge
from services.registry.domain.jurisdictions import Jurisdiction
from services.registry.domain.keys import check_key
from services.registry.domain.refusals import refusal
from services.registry.domain.trials import Trial
from services.registry.handlers.refused import Refusals
from services.registry.handlers.tree import Tree
from services.registry.store.editions import SqlPublications
from services.registry.store.packs import PacksInForce
from shared.db.store import Store
from shared.db.work import Work
from shared.kernel.problems import Problem
from shared.obs.metrics import Metrics
from shared.rules.language.errors import PackError, PackErrors
from shared.rules.pack.build.templates import TemplateCache
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack
from shared.web.callers import Caller


class PackRefused(Problem):
    """A pack with faults; `errors` holds them, `left_out` counts those beyond."""

    errors: tuple[PackError, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing came to; `is_new` is False when this content already stood."""

    town: str
    edition: str
    number: int
    effective_at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class Publisher:
    """Publishes editions.

    Args:
        trials: try every pack out before it is published.
        packs: those in force, which say who may draw grids.
    """

    store: Store
    publications: SqlPublications
    tree: Tree
    trials: Sequence[Trial]
    metrics: Metrics
    refusals: Refusals
    packs: PacksInForce
    templates: TemplateCache = field(default_factory=TemplateCache)

    def publish(
        self,
        town: str,
        files: Mapping[str, str],
        *,
        effective_at: datetime | None = None,
        by: Caller | None = None,
    ) -> Publication:
        """Publish a town's files as an edition.

        Args:
            files: relative path → text: the town's own files and the templates that they use.
            effective_at: when it takes effect; None: at once.
            by: whoever publishes; None at the command line.

        Raises:
            PackRefused: every fault, with file, line, rule, cause and remedy. It is kept that this was tried.
            Problem: `bad-file-name`, `effective-in-the-past`, `edition-in-force`, `not-admitted` – other grids, by whom
                the pack in force does not name for that (P003.5); this too is kept.
        """
        check_key(town)
        check_file_names(files)
        try:
            # Before the transaction: tables are tried in a process of their own; the town's lock must not wait for it.
            pack = self._sound(town, files)
        except PackRefused as no:
            self.refusals.note(town, TriedChange.PUBLICATION, no, by)
            raise
        self._check_grids(pack, by)
        with self.store.begin() as work:
            self.tree.hold(work, town)
            now = self.store.now(work.conn)  # read under the town's lock: whoever waited for it comes later
            verdict = judge(pack.edition, effective_at, now, self.publications.of_town(work, town))
            if verdict.is_new:
                published = Published(pack.edition, verdict.number, verdict.effective_at)
                self._enter(work, pack, published, files, by.person if by else None)
        return Publication(town, pack.edition, verdict.number, verdict.effective_at, verdict.is_new)

    def return_to(
        self, town: str, edition: str, *, effective_at: datetime | None = None, by: Caller | None = None
    ) -> Publication:
        """Publish again what was published before.

        Args:
            effective_at, by: as of `publish`.

        Raises:
            Problem: `unknown-edition`, and all that `publish` raises.
        """
        with self.store.begin() as work:
            files = self.publications.files_of(work, town, edition)
        if files is None:
            raise refusal("unknown-edition", edition=edition)
        # An edition's files never change: nothing is risked by letting go of its row before it is published again.
        return self.publish(town, files, effective_at=effective_at, by=by)

    def _check_grids(self, pack: Pack, by: Caller | None) -> None:
        with self.store.read() as conn:
            found = self.packs.find(conn, pack.town)
        if found is None or not changes_grids(found.pack, pack):
            return
        try:
            check_makes_grids(found.pack, by)
        except Problem as no:
            self.refusals.note(pack.town, TriedChange.GRIDS, no, by)
            raise

    def _sound(self, town: str, files: Mapping[str, str]) -> Pack:
        try:
            pack = build_pack(files, town, self.templates)
        except PackErrors as faults:
            raise self._refused(town, faults.errors, faults.left_out) from faults
        found = [fault for trial in self.trials for fault in trial(pack, files)]
        if found:
            raise self._refused(town, found, 0)
        return pack

    def _refused(self, town: str, faults: Sequence[PackError], left_out: int) -> PackRefused:
        self.metrics.packs_refused.labels(town).inc()
        made = refusal("pack-refused", count=len(faults) + left_out)
        first = faults[0]
        refused = PackRefused(made.code, made.cause, made.remedy, {"file": first.file, "line": first.line})
        refused.errors, refused.left_out = tuple(faults), left_out
        return refused

    def _enter(
        self, work: Work, pack: Pack, published: Published, files: Mapping[str, str], by: str | None
    ) -> None:
        town = pack.town
        self.publications.add(work, town, published, files, by)
        body = edition_published(published, files)
        work.emit("edition.published", body, stream=town_stream(town), town=town, edition=published.edition)
        for jurisdiction in jurisdictions_of(pack):
            self.tree.announce(work, jurisdiction)
        # One that is still to come is shown by a duty, once it is in force.
        if published.effective_at <= self.store.now(work.conn):
            work.after_commit(lambda: self.metrics.edition.labels(town).set(published.number))


def jurisdictions_of(pack: Pack) -> Iterator[Jurisdiction]:
    """Return the town and those of its places that stand for a level, each with what it is part of."""
    yield Jurisdiction(pack.town, pack.name, pack.part_of)
    for place in pack.places.values():
        if place.level is not None:
            around = _level_place_around(pack, place.part_of)
            part_of = f"{pack.town}.{around}" if around else pack.town
            yield Jurisdiction(f"{pack.town}.{place.key}", place.name, part_of)


def _level_place_around(pack: Pack, key: str | None) -> str | None:
    seen: set[str] = set()
    while key is not None and key in pack.places and key not in seen:
        if pack.places[key].level is not None:
            return key
        seen.add(key)
        key = pack.places[key].part_of
    return None

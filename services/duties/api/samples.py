"""Spot checks: drawing a sample, what the lot fell on, how far it is verified, and all that there was to draw from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
import sqlalchemy as sa
from flask import Response
from flask_smorest import Blueprint
from msgspec import Struct, to_builtins

from services.duties.api.attendance import PageAsked
from services.duties.api.context import DutiesContext
from services.duties.api.inputs import SampleInput
from services.duties.api.occurrences import WORKERS
from services.duties.api.sample_outputs import FrameView, SampleList, SampleView, WholeSample
from services.duties.domain.drawing import ALGORITHM
from services.duties.domain.people import ActingPerson
from services.duties.domain.record import KeptRecord
from services.duties.domain.rights import may_make, may_see
from services.duties.domain.samples import CASES, Sample, SampleThing
from services.duties.handlers.sampling import SampleGiven, SampleKeeper
from services.duties.store.samples import list_samples
from shared.rules.pack.model import Pack
from shared.web.access import require, unknown
from shared.web.answers import json_answer, language
from shared.web.cursors import Cursors
from shared.web.paging import PageQuery, by_id, page_of
from shared.web.routes import answers, mount, takes

_PATH = "/v1/towns/<town>/samples"
LARGEST = 2 << 20  # bytes: so many cases by their ids


class StratumShown(Struct, frozen=True):
    """A class of things; `done`: of those drawn how many are verified; None: not looked up."""

    key: str
    name: str
    share: int
    size: int
    drawn: int
    done: int | None


class ThingShown(Struct, frozen=True):
    """One thing; `record`: of what was found, None while nothing is or where the reader may not see it."""

    ref: str
    stratum: str
    place: int | None
    done: bool = False
    record: str | None = None


class SampleShown(Struct, frozen=True, kw_only=True, rename={"first": "from", "last": "to"}):
    """A sample."""

    id: str
    duty: str | None
    occurrence: str | None
    name: str
    form: str
    post: str
    of: str
    first: date
    last: date
    drawn_by: str | None
    drawn_at: datetime
    algorithm: str
    seed: str
    strata: tuple[StratumShown, ...]
    done: int | None
    drawn: int
    yours: bool


class WholeSampleShown(SampleShown, frozen=True, kw_only=True, rename={"first": "from", "last": "to"}):
    """A sample with what the lot fell on."""

    things: tuple[ThingShown, ...]


@dataclass(frozen=True, slots=True)
class SampleRoutes:
    """Routes over samples."""

    context: DutiesContext
    cursors: Cursors
    keeper: SampleKeeper

    def mount(self, blueprint: Blueprint) -> None:
        """Add the routes."""
        mount(blueprint, "POST", _PATH, self.draw)
        mount(blueprint, "GET", _PATH, self.samples)
        mount(blueprint, "GET", f"{_PATH}/<sample>", self.sample)
        mount(blueprint, "GET", f"{_PATH}/<sample>/frame", self.frame)

    @require(*WORKERS)
    @takes(SampleInput, longest=LARGEST)
    @answers(201, SampleView)
    def draw(self, given: object, town: str) -> Response:
        """Draw a sample: whoever verifies, or watches the town. The seed is made when all is known to draw from."""
        wanted = msgspec.convert(given, SampleGiven)
        with self.context.store.begin() as work:
            rules, who = self.context.in_force(work.conn, town), self.context.doer(work.conn, town)
            sample = self.keeper.draw(work, rules, wanted, who)
        return json_answer(_shown(rules.pack, sample, [], who), 201)

    @require(*WORKERS)
    @takes(PageQuery, "query")
    @answers(200, SampleList)
    def samples(self, query: object, town: str) -> Response:
        """List the samples that the caller verifies, the newest first; who watches the town sees all."""
        page = page_of(self.cursors, to_builtins(msgspec.convert(query, PageAsked)), "samples", town)
        with self.context.store.read() as conn:
            pack, who = self.context.in_force(conn, town).pack, self.context.doer(conn, town)
            found = list_samples(conn, town, _fits(pack, who), page.after_id, page.to_read)
            shown, following = page.cut(found.rows, by_id, page.place_of(found.looked_to))
        views = [_shown(pack, each, None, who) for each in shown]
        return json_answer({"samples": views, "next": following})

    @require(*WORKERS)
    @answers(200, WholeSample)
    def sample(self, town: str, sample: str) -> Response:
        """Read one sample: what the lot fell on, and what was found."""
        with self.context.store.read() as conn:
            pack, who = self.context.in_force(conn, town).pack, self.context.doer(conn, town)
            found = self._find(conn, pack, town, sample, who)
            results = self.keeper.results(conn, found)
            things = self.keeper.samples.drawn(conn, found.id)
        view = _shown(pack, found, [each.stratum for each in things if each.ref in results], who)
        said = {name: getattr(view, name) for name in SampleShown.__struct_fields__}
        of_things = tuple(_thing(pack, each, results.get(each.ref), who) for each in things)
        return json_answer(WholeSampleShown(**said, things=of_things))

    @require(*WORKERS)
    @takes(PageQuery, "query")
    @answers(200, FrameView)
    def frame(self, query: object, town: str, sample: str) -> Response:
        """Read all that there was to draw from: with the seed, anybody draws the same again."""
        page = page_of(self.cursors, to_builtins(msgspec.convert(query, PageAsked)), "frame", town, sample)
        with self.context.store.read() as conn:
            pack, who = self.context.in_force(conn, town).pack, self.context.doer(conn, town)
            found = self._find(conn, pack, town, sample, who)
            rows = self.keeper.samples.things(conn, found.id, page.after_id, page.to_read)
        shown, following = page.cut(rows, lambda row: (row.ref,))
        things = [ThingShown(each.ref, each.stratum, each.place) for each in shown]
        return json_answer({"things": things, "next": following})

    def _find(self, conn: sa.Connection, pack: Pack, town: str, id_: str, who: ActingPerson) -> Sample:
        found = self.keeper.samples.get(conn, town, id_)
        if found is None or not _fits(pack, who)(found):
            raise unknown("sample", id_)
        return found


def _fits(pack: Pack, who: ActingPerson) -> Callable[[Sample], bool]:
    return lambda sample: who.oversees or _is_verifiers(pack, sample, who)


def _is_verifiers(pack: Pack, sample: Sample, who: ActingPerson) -> bool:
    form = pack.records.get(sample.form)
    return sample.post in who.posts or (form is not None and may_make(pack, form, sample.post, who))


def _shown(pack: Pack, sample: Sample, done: list[str] | None, who: ActingPerson) -> SampleShown:
    """A sample; `done`: the strata of what is verified, once for each; None: not looked up."""
    strata = tuple(
        StratumShown(
            each.key,
            _class_name(pack, each.key),
            each.share,
            each.size,
            each.drawn,
            None if done is None else done.count(each.key),
        )
        for each in sample.strata
    )
    duty, form = pack.duties.get(sample.duty or ""), pack.records.get(sample.form)
    name = duty.name if duty else form.name if form else None
    return SampleShown(
        id=sample.id,
        duty=sample.duty,
        occurrence=sample.occurrence,
        name=name.in_language(language()) if name else sample.form,
        form=sample.form,
        post=sample.post,
        of=sample.of,
        first=sample.first,
        last=sample.last,
        drawn_by=sample.drawn_by,
        drawn_at=sample.drawn_at,
        algorithm=ALGORITHM,
        seed=sample.seed,
        strata=strata,
        done=None if done is None else len(done),
        drawn=sum(each.drawn for each in sample.strata),
        yours=_is_verifiers(pack, sample, who),
    )


def _class_name(pack: Pack, key: str) -> str:
    """What a class of the ledger is called; '' for cases, which have none."""
    types = pack.ledger.types.values() if pack.ledger else ()
    named = (fact.value_names for each in types for fact in each.facts.values())
    found = next((names[key] for names in named if key in names), None)
    return found.in_language(language()) if found else "" if key == CASES else key


def _thing(pack: Pack, thing: SampleThing, found: KeptRecord | None, who: ActingPerson) -> ThingShown:
    sees = found is not None and may_see(pack, pack.records.get(found.form), found, who)
    return ThingShown(
        thing.ref, thing.stratum, thing.place, found is not None, found.id if found and sees else None
    )

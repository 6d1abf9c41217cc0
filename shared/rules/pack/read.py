"""The one door of this room: from rule files to a pack, or to every reason why not.

Decides in which order a pack is read: syntax and structure of all files first, then names and meaning,
then what the rules do to each other; each stage collects all its complaints before it refuses.
"""

from collections.abc import Mapping
from pathlib import Path

from shared.kernel.canonical import content_hash
from shared.kernel.texts import Text
from shared.rules.language.errors import Complaints
from shared.rules.language.readings import defaults
from shared.rules.pack.build.areas import build_areas
from shared.rules.pack.build.assemble import Assembly, assemble
from shared.rules.pack.build.calendar import acceptance, build_calendar, webhooks, zone
from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.build.duties import build_duties
from shared.rules.pack.build.facts import build_facts
from shared.rules.pack.build.figures import build_figures
from shared.rules.pack.build.files import load_files
from shared.rules.pack.build.form_kinds import build_forms
from shared.rules.pack.build.intake import (
    build_channels,
    build_duplicates,
    build_machines,
    hit_policy,
    proposed_category,
)
from shared.rules.pack.build.ledger import build_ledger
from shared.rules.pack.build.measures import build_documents, build_measures
from shared.rules.pack.build.naming import collect_names
from shared.rules.pack.build.papers import build_papers
from shared.rules.pack.build.places import (
    build_categories,
    build_levels,
    build_places,
    build_units,
)
from shared.rules.pack.build.privacy import build_masks, build_retention
from shared.rules.pack.build.rules import build_hidden, build_limits, build_notices, build_routing
from shared.rules.pack.build.steps import build_procedures, build_steps
from shared.rules.pack.build.teams import build_teams
from shared.rules.pack.build.telling import build_telling
from shared.rules.pack.build.templates import TemplateCache
from shared.rules.pack.checks import check_pack
from shared.rules.pack.model import Pack


def read_pack(folder: Path) -> Pack:
    """Return the pack of the town whose folder this is, its templates beside it.

    Raises:
        PackErrors: every fault that was found.
    """
    return build_pack(load_files(folder), folder.resolve().name)


def build_pack(files: Mapping[str, str], town: str, pack_cache: TemplateCache | None = None) -> Pack:
    """Return the pack of `town` from its files and the templates that it uses.

    Args:
        files: texts by relative path, such as `t-vtc/pack.yaml` and `three-levels/template.yaml`.
        town: the town's key, the name of its folder.
        pack_cache: templates read before, for whoever builds many towns.

    Raises:
        PackErrors: every fault that was found.
    """
    complaints = Complaints()
    pack, draft = _whole(files, town, complaints, pack_cache)
    # Only a pack that is whole is checked: of one with gaps the checks would complain of what follows from these.
    check_pack(pack, draft)
    complaints.refuse()
    return pack


def build_published(files: Mapping[str, str], town: str, pack_cache: TemplateCache | None = None) -> Pack:
    """Return the pack of an edition that the registry has checked and published; it is not checked again.

    Not only for speed: an edition goes on deciding its cases where a later check would refuse it.

    Args:
        files, town, pack_cache: as of `build_pack`.

    Raises:
        PackErrors: the files make no pack at all.
    """
    return _whole(files, town, Complaints(), pack_cache)[0]


def _whole(
    files: Mapping[str, str], town: str, complaints: Complaints, pack_cache: TemplateCache | None
) -> tuple[Pack, Draft]:
    draft = draft_of(files, town, complaints, pack_cache)
    # Of the files that say something: another town's file, or a template that is not used, makes no new edition.
    pack = _pack(draft, edition_of({file: files[file] for file in draft.assembly.files}))
    complaints.refuse()
    return pack, draft


def draft_of(
    files: Mapping[str, str], town: str, complaints: Complaints, pack_cache: TemplateCache | None = None
) -> Draft:
    """Return the assembled files with all their names.

    Raises:
        PackErrors: a file is no YAML, or breaks the structure.
    """
    assembly = assemble(files, town, complaints, pack_cache or TemplateCache())
    complaints.refuse()
    if not isinstance(assembly, Assembly):
        raise TypeError("files that could not be assembled were not complained about")
    return Draft(assembly, complaints, collect_names(assembly, complaints))


def edition_of(files: Mapping[str, str]) -> str:
    """Return the content hash of source files: equal files, equal editions."""
    return content_hash(dict(files))


def _pack(draft: Draft, edition: str) -> Pack:
    root = draft.assembly.root
    facts = build_facts(draft)
    first, after_handover = acceptance(draft)
    draft.refer("unit", root.item("fallback"))
    ledger = build_ledger(draft)
    return Pack(
        town=draft.assembly.town,
        edition=edition,
        name=root.text("name"),
        part_of=root.name("part_of"),
        zone=zone(draft),
        language=draft.assembly.prose,
        calendar=build_calendar(draft),
        readings=_readings(draft),
        bindings=draft.names.bindings,
        policies={
            key: sourced.item.as_(Text) or Text() for key, sourced in draft.sourced("policies").items()
        },
        levels=build_levels(draft),
        units=build_units(draft),
        places=build_places(draft, build_areas(draft)),
        facts=facts,
        categories=build_categories(draft),
        channels=build_channels(draft),
        steps=build_steps(draft),
        procedures=build_procedures(draft),
        routing=build_routing(draft),
        limits=build_limits(draft),
        tell=build_notices(draft),
        acceptance=first,
        acceptance_after_handover=after_handover,
        fallback=root.name("fallback") or "",
        running_cases="follow" if root.name("running_cases") == "follow" else "keep",
        webhooks=webhooks(draft),
        format=draft.format,
        hidden=build_hidden(draft),
        proposed_category=proposed_category(draft),
        hit_policy=hit_policy(draft),
        duplicates=build_duplicates(draft),
        machines=build_machines(draft),
        retention=build_retention(draft),
        masked=build_masks(draft),
        telling=build_telling(draft),
        records=build_forms(draft),
        duties=build_duties(draft),
        ledger=ledger,
        teams=build_teams(draft, ledger),
        figures=build_figures(draft),
        measures=build_measures(draft),
        documents=build_documents(draft),
        papers=build_papers(draft),
    )


def _readings(draft: Draft) -> dict[str, str]:
    """The defaults, then the templates', then the town's."""
    chosen = defaults()
    for name, sourced in draft.sourced("readings").items():
        language = draft.assembly.languages[sourced.item.where.file]
        chosen.update(draft.readings({name: sourced.item}, language))
    return chosen

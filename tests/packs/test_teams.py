"""What a town says of its grids and teams is what the model holds; a template may say it too."""

import pytest

from shared.kernel.texts import Text
from shared.rules.logic.condition import Op, Test
from shared.rules.pack.build.files import load_files
from shared.rules.pack.format import reformatted
from shared.rules.pack.model import SheetKind, Shown, Teams
from shared.rules.pack.read import build_pack
from tests.packs.corpus import BASE, OTHER
from tests.packs.edits import changed

GRIDS, TEMPLATE = f"{OTHER}/grids.yaml", "ladder/template.yaml"


def files() -> dict[str, str]:
    """The town's files."""
    return load_files(BASE / OTHER)


def teams_of(given: dict[str, str]) -> Teams:
    """What a town says of its grids and teams."""
    said = build_pack(given, OTHER).teams
    assert said is not None
    return said


@pytest.fixture(scope="module")
def teams() -> Teams:
    """Those of the town that says everything."""
    return teams_of(files())


def test_ranges_are_kept_with_both_ends_and_without_one(teams: Teams) -> None:
    """300..500 has both ends, '1000..' has no greatest; a coverage has none, and may be asked of some places alone."""
    size, covered, pilot = (teams.checks[key] for key in ("size", "covered", "pilot"))
    assert size.ranges == {"households": (300, 500), "persons": (1000, None)}
    assert (size.every_place, size.origin.title, size.of) == (False, Text("规模", "size"), ())
    assert (covered.ranges, covered.every_place, covered.level) == ({}, True, "$low")
    assert pilot.of == ("east", "east-2")


def test_a_post_knows_how_many_it_takes_and_whom_it_is_led_by(teams: Teams) -> None:
    """Exactly one is both bounds; a post without a figure has none; slots of templates stay slots."""
    clerk, works, group = (teams.posts[key] for key in ("clerk", "the-works", "group"))
    assert (clerk.units, clerk.level, clerk.least, clerk.most, clerk.many) == (
        ("$clerk",),
        "village",
        1,
        1,
        False,
    )
    assert (clerk.led_by, clerk.guided_by) == ("group", ("the-works", "town-centre"))
    assert (works.least, works.most, works.level, works.many) == (None, None, None, True)
    assert (group.least, group.most, group.each) == (2, 9, True)


def test_a_task_rests_on_what_its_post_rests_on_unless_it_says_so(teams: Teams) -> None:
    """A plain text is a task as well as one with a reason of its own; what a person must be reads alike."""
    clerk = teams.posts["clerk"]
    assert [(task.name.en, task.origin.because) for task in clerk.tasks] == [
        ("visits", ("P-1.14",)), ("patrols", ("P-1.15",)),
    ]  # fmt: skip
    assert [task.name.zh for task in clerk.eligible] == ["会用电脑"]


def test_sheets_terminals_rotas_and_contacts_are_kept(teams: Teams) -> None:
    """Each says whom it is about; a condition is over the facts of the ledger's entries."""
    sign = teams.sheets["sign"]
    assert (sign.kind, sign.public, sign.posts) == (SheetKind.SIGN, True, ("clerk",))
    assert sign.shows == (Shown.CODE, Shown.NAME, Shown.WORKER_NAME, Shown.TASKS, Shown.FACTS)
    assert teams.terminals["clerks"].posts == ("clerk",)
    assert teams.terminals["companies"].when == Test("staff", Op.OR_MORE, 200)
    assert (teams.rotas["centre"].unit, teams.rotas["centre"].level) == ("village-clerk", "village")
    assert teams.contacts is not None
    assert (teams.contacts.of, teams.contacts.least) == ("household", 5)
    assert teams.made_by is not None
    assert teams.made_by.units == ("town-centre",)


def test_a_template_says_what_its_towns_share() -> None:
    """A template's post counts for the town, with the town's noun; the same key needs 'replaces'."""
    post = "shared: {name: {zh: 共有, en: shared}, because: P-1.1, units: $clerk, level: $low}"
    given = {**files(), TEMPLATE: f"{files()[TEMPLATE]}\ngrids:\n  posts:\n    {post}\n"}
    assert list(teams_of(given).posts) == ["shared", "clerk", "the-works", "group"]
    own = "    shared: {name: {zh: 自有, en: own}, because: P-1.1, units: works-office, replaces: template}\n"
    replaced = changed(("    the-works:", f"{own}    the-works:"), file=GRIDS, files=given)
    assert teams_of(replaced).posts["shared"].units == ("works-office",)


def test_a_town_without_the_section_says_nothing() -> None:
    """No section, no teams: nothing is checked of such a town."""
    assert build_pack({name: text for name, text in files().items() if name != GRIDS}, OTHER).teams is None


def test_the_section_reads_alike_in_both_languages() -> None:
    """Turned into Chinese and back the file is the same, and in Chinese it means the same."""
    chinese = reformatted(files(), OTHER, GRIDS, "zh")
    given = {**files(), GRIDS: chinese}
    assert "grids:" not in chinese
    assert "当: {staff: {以上: 200}}" in chinese
    assert reformatted(given, OTHER, GRIDS, "en") == files()[GRIDS]
    there, back = teams_of(given), teams_of(files())
    assert (there.terminals["companies"].when, there.sheets["sign"].shows) == (
        back.terminals["companies"].when, back.sheets["sign"].shows,
    )  # fmt: skip

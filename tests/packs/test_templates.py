"""How a town and its templates come together, and which edition of a template counts."""

from pathlib import Path

import pytest

from shared.rules.language.errors import PackErrors
from shared.rules.pack.build.files import load_files, town_folders
from shared.rules.pack.build.templates import TemplateCache
from shared.rules.pack.read import build_pack, edition_of
from shared.rules.worktime.amount import Amount, TimeUnit
from tests.packs.corpus import BASE, OTHER, TOWN, base_files
from tests.packs.edits import PACK, TEMPLATE, changed, codes_of, limit, pack_with

REPLACED = """  - rule: short-limit
    because: P-1.3
    replaces: low-limit
    when: {level: village}
    clock: settle
    within: 2 working days
    warn: 1 working day before

tell:
  - rule: tell-centre"""


def test_the_towns_routing_rules_come_first() -> None:
    """A town's own rules are tried before its template's, in the order of the file."""
    rules = [rule.origin.rule for rule in build_pack(base_files(), TOWN).routing]
    assert rules == ["deep-water", "beyond", "department-matter", "anything-else"]


def test_a_rule_takes_the_place_of_the_one_that_it_replaces() -> None:
    """`replaces` puts the town's rule where the template's stood."""
    pack = pack_with(("\ntell:\n  - rule: tell-centre", REPLACED))
    assert [one.origin.rule for one in pack.limits] == ["note-limit", "short-limit", "high-limit"]
    assert limit(pack, "short-limit").within == Amount(2, TimeUnit.WORKING_DAYS)


def test_rules_can_be_left_out() -> None:
    """`without` leaves rules of the template out."""
    pack = pack_with(("    upper: the-county\n", "    upper: the-county\n    without: [publish-result]\n"))
    assert "publish-result" not in [notice.origin.rule for notice in pack.tell]


def test_a_step_of_the_template_is_replaced_on_request() -> None:
    """`replaces: template` puts the town's step in the template's place."""
    close = ("  close:\n    name: {zh: 了结, en: finish}\n    replaces: template\n    who: [operator]\n"
             "    after: [settled]\n    does: [close]\n  note:\n")  # fmt: skip
    pack = pack_with(
        ("  note:\n", close),
        ("    upper: the-county\n", "    upper: the-county\n    without: publish-result\n"),
    )
    assert pack.steps["close"].who == ("operator",)


def test_clauses_of_other_towns_policies_drop_out() -> None:
    """A template's reasons are those whose policies the town declares; readings always count."""
    pack = pack_with(("    because: P-1.3\n", "    because: [P-1.3, Q-9.9, RC-2, A-7]\n"), file=TEMPLATE)
    assert limit(pack, "low-limit").origin.because == ("P-1.3", "RC-2", "A-7")


def test_a_declared_assumption_is_a_reason() -> None:
    """An id declared under `policies` may stand as a reason itself."""
    pack = pack_with(
        ("  P-1: {", "  our-custom: {zh: 惯例, en: custom}\n  P-1: {"),
        ("because: P-1.7", "because: our-custom"),
    )
    assert limit(pack, "note-limit").origin.because == ("our-custom",)


def test_sections_may_stand_in_parts() -> None:
    """A section may stand in a file of its own, in either language."""
    files = base_files()
    head, rest = files[PACK].split("channels:\n")
    section, tail = rest.split("\nfacts:\n")
    files[PACK] = f"{head}facts:\n{tail}"
    files[f"{TOWN}/channels.yaml"] = f"渠道:\n{section}"
    assert list(build_pack(files, TOWN).channels) == ["phone"]


def test_an_older_edition_of_a_template_is_kept_beside_it(tmp_path: Path) -> None:
    """A town that pins edition 1 keeps it as `edition-1.yaml` when the template moves on."""
    for file, text in base_files().items():
        path = tmp_path / (file if file != TEMPLATE else "ladder/edition-1.yaml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    newer = base_files()[TEMPLATE].replace("edition: 1\n", "edition: 2\n").replace("within: 3", "within: 1")
    (tmp_path / TEMPLATE).write_text(newer, encoding="utf-8")
    files = load_files(tmp_path / TOWN)
    assert set(files) == {*(file for file in base_files() if file != TEMPLATE), "ladder/edition-1.yaml"}
    assert limit(build_pack(files, TOWN), "low-limit").within == Amount(3, TimeUnit.WORKING_DAYS)


def test_an_edition_is_its_content() -> None:
    """Equal files give equal editions in any order; any changed byte, the template's too, gives another."""
    files = base_files()
    again = dict(reversed(files.items()))
    assert edition_of(again) == edition_of(files) == build_pack(files, TOWN).edition
    assert edition_of(changed(("edition: 1\n", "edition: 1 \n"), file=TEMPLATE)) != edition_of(files)


def test_a_shelf_changes_nothing_but_the_work() -> None:
    """Towns built with one pack_cache are the towns built alone, and faults of a template are said for each."""
    pack_cache, files = TemplateCache(), base_files()
    assert (
        build_pack(files, TOWN, pack_cache) == build_pack(files, TOWN, pack_cache) == build_pack(files, TOWN)
    )
    broken = changed(("within: 3 working days", "within: 3"), file=TEMPLATE)
    for _ in range(2):
        with pytest.raises(PackErrors, match="bare number"):
            build_pack(broken, TOWN, pack_cache)


def test_only_a_towns_own_files_are_read() -> None:
    """Files of other towns and of templates that are not used play no part."""
    files = {**base_files(), "elsewhere/pack.yaml": "nonsense: [", "unused/template.yaml": "nonsense: ["}
    assert codes_of(files) == []
    assert build_pack(files, TOWN).edition == build_pack(base_files(), TOWN).edition


def test_towns_are_folders_with_a_pack_file() -> None:
    """Templates and other folders are no towns."""
    assert [folder.name for folder in town_folders(BASE)] == [TOWN, OTHER]


def test_a_climbing_template_name_is_not_followed(tmp_path: Path) -> None:
    """The name of a template cannot lead out of the rules' folder."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "template.yaml").write_text("template: secret\n", encoding="utf-8")
    town = tmp_path / "rules" / TOWN
    town.mkdir(parents=True)
    (town / "pack.yaml").write_text("town: t-base\nuses: {../secret: {edition: 1}}\n", encoding="utf-8")
    assert set(load_files(town)) == {PACK}

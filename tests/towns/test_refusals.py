"""What is not fit is refused before anything is written, and says what to do."""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from gridcase.towns import manifest as said
from gridcase.towns.stores import Writing
from services.intake.store.tables import town_moves
from shared.kernel.keyring import Keyring
from shared.kernel.problems import Problem
from tests.towns.house import OTHER, OWN, SECRET, House, fill
from tests.towns.moves import export, faults, remove, restore, take_away

Change = Callable[[dict[str, bytes]], None]


@pytest.fixture
def archive(small: House, tmp_path: Path) -> Path:
    """A town's archive, the town being gone."""
    fill(small, OWN)
    path = export(small, tmp_path / "own.zip")
    remove(small)
    return path


def refused(house: House, path: Path, secrets: Keyring | None = None) -> Problem:
    """Return why an archive is refused; nothing of it is in the house then."""
    before = house.rows(OWN)
    with pytest.raises(Problem) as no:
        restore(house, path, secrets)
    assert house.rows(OWN) == before
    return no.value


def changed(path: Path, change: Change) -> Path:
    """Return a copy of an archive of which somebody has changed the members."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    copy = path.with_name("changed.zip")
    with zipfile.ZipFile(copy, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return copy


def with_manifest(**new: object) -> Change:
    """Change what an archive says of itself."""

    def change(members: dict[str, bytes]) -> None:
        told = msgspec.json.decode(members[said.NAME], type=dict[str, object])
        members[said.NAME] = msgspec.json.encode({**told, **new})

    return change


def test_a_changed_row_is_found(small: House, archive: Path) -> None:
    """By the member's digest, before anything is read of it."""

    def forge(members: dict[str, bytes]) -> None:
        name = said.table_member("intake", "cases")
        members[name] = members[name].replace(b"two neighbours", b"two strangers!")

    no = refused(small, changed(archive, forge))
    assert (no.code, "intake/cases.jsonl" in no.cause.en) == ("damaged-archive", True)


@pytest.mark.parametrize("member", [said.table_member("sla", "clocks"), "attachments"])
def test_what_is_missing_is_found(small: House, archive: Path, member: str) -> None:
    """A table, or a file that was attached."""

    def take(members: dict[str, bytes]) -> None:
        del members[next(name for name in members if name.startswith(member))]

    assert refused(small, changed(archive, take)).code == "damaged-archive"


def test_what_nobody_wrote_there_is_found(small: House, archive: Path) -> None:
    """A member that the archive does not speak of."""
    assert (
        refused(small, changed(archive, lambda members: members.update({"more": b""}))).code
        == "damaged-archive"
    )


def test_other_forms_are_refused(small: House, archive: Path) -> None:
    """Another format, tables of another revision; each says which."""
    assert refused(small, changed(archive, with_manifest(format=2))).code == "other-archive-format"
    told = restore_manifest(archive)
    other = changed(archive, with_manifest(revisions={**told.revisions, "sla": "0001"}))
    no = refused(small, other)
    assert (no.code, "sla" in no.cause.en, "0001" in no.cause.en) == ("other-revision", True, True)


def restore_manifest(path: Path) -> said.Manifest:
    """What an archive says of itself."""
    with zipfile.ZipFile(path) as archive:
        return msgspec.json.decode(archive.read(said.NAME), type=said.Manifest)


def test_another_secret_is_refused_and_named(small: House, archive: Path) -> None:
    """By its id; an older secret beside a newer one will do, since it opens what it closed."""
    newer = b"a newer secret than that of before"
    no = refused(small, archive, Keyring((newer,)))
    assert no.code == "other-secret"
    assert Keyring((SECRET,)).ids[0] in no.cause.en
    assert Keyring((newer,)).ids[0] in no.cause.en
    assert restore(small, archive, Keyring((newer, SECRET))).town == OWN


def test_what_somebody_wrote_makes_no_archive_unreadable(small: House, tmp_path: Path) -> None:
    """A text that looks like something sealed with a secret that nobody has is a text."""
    fill(small, OWN)
    small.report(OWN, text="g1.00000000.AAAA")
    path = export(small, tmp_path / "own.zip")
    assert restore_manifest(path).keys == list(Keyring((SECRET,)).ids)


def test_no_archive_is_refused(small: House, tmp_path: Path) -> None:
    """Neither another kind of file nor another archive."""
    text = tmp_path / "text"
    text.write_text("nothing")
    assert refused(small, text).code == "no-archive"
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as made:
        made.writestr("a", "b")
    assert refused(small, other).code == "no-archive"


def test_a_town_that_is_here_is_not_restored_over(small: House, tmp_path: Path) -> None:
    """Whatever of it is here, in whichever store."""
    fill(small, OWN)
    no = refused(small, export(small, tmp_path / "own.zip"))
    assert no.code == "town-is-here"


def test_real_and_simulated_time_do_not_mix(small: House, archive: Path) -> None:
    """What is to fall due would be years away, or past."""
    with small.stores["intake"].begin() as work:
        work.conn.execute(sa.delete(work.flow.meta).where(work.flow.meta.c.key == "simulated"))
    assert refused(small, archive).code == "other-time"


def test_a_removal_wants_a_suspended_town(small: House) -> None:
    """Nothing goes of one that takes what comes; one that is unknown is said to be."""
    fill(small, OWN)
    before = small.rows(OWN)
    with pytest.raises(Problem) as no:
        take_away(small)
    assert no.value.code == "not-suspended"
    with pytest.raises(Problem) as no:
        take_away(small, "t-none")
    assert no.value.code == "no-town-here"
    assert small.rows(OWN) == before


def test_a_town_in_which_others_lie_stays(small: House) -> None:
    """What they are part of would be gone."""
    fill(small, OWN)
    fill(small, OTHER)
    with small.stores["registry"].begin() as work:
        nodes = work.flow.outbox.metadata.tables["jurisdictions"]
        work.conn.execute(sa.update(nodes).where(nodes.c.key == OTHER).values(part_of=OWN))
    with pytest.raises(Problem) as no:
        remove(small)
    assert (no.value.code, OTHER in no.value.cause.en) == ("others-within", True)


def test_a_file_that_is_gone_is_named(small: House, tmp_path: Path) -> None:
    """With its case's number; no half archive is left."""
    case = fill(small, OWN)["running"]
    number = small.of(OWN, "GET", f"/cases/{case}").json["number"]
    shutil.rmtree(small.folder / "attachments")
    with pytest.raises(Problem) as no:
        export(small, tmp_path / "own.zip")
    assert no.value.code == "attachment-gone"
    assert number in no.value.cause.en
    assert list(tmp_path.glob("own.zip*")) == []


def test_an_unknown_town_has_no_archive(small: House, tmp_path: Path) -> None:
    """Rather than an empty one."""
    with pytest.raises(Problem) as no:
        export(small, tmp_path / "own.zip", "t-none")
    assert no.value.code == "no-town-here"


def test_a_removal_that_broke_off_is_begun_again(small: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four stores have forgotten the town when the power fails: the next removal takes the others."""
    fill(small, OWN)
    fill(small, OTHER)
    others = small.everything_but(OWN)
    monkeypatch.setattr(
        "gridcase.towns.remove.COMMITTED",
        ("assess", "sla", "notify", "duties", "registry", "routing", "intake", "ledger"),
    )
    break_off_after(monkeypatch, 4)
    with pytest.raises(PowerCut):
        remove(small)
    monkeypatch.undo()
    left = [name for name, rows in small.rows(OWN).items() if rows]
    assert {name.partition(".")[0] for name in left} == {"registry", "routing", "intake", "ledger"}
    take_away(small)
    assert not any(small.rows(OWN).values())
    assert small.everything_but(OWN) == others
    assert faults(small) == []


def test_what_a_broken_restore_left_can_be_taken_away(
    small: House, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The registry does not know the town then, so nobody has worked in it; afterwards it is restored whole."""
    break_off_after(monkeypatch, 2)
    with pytest.raises(PowerCut):
        restore(small, archive)
    monkeypatch.undo()
    assert refused(small, archive).code == "town-is-here"
    take_away(small)
    restore(small, archive)
    assert faults(small, OWN) == []


class PowerCut(Exception):
    """The process ends here."""


def break_off_after(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """End the process once so many stores were committed."""
    whole = Writing.commit

    def some(writing: Writing, *order: str) -> None:
        whole(writing, *order[:number])
        raise PowerCut

    monkeypatch.setattr(Writing, "commit", some)


def test_days_of_a_removed_town_are_excused_by_a_signed_word_alone(small: House) -> None:
    """Whoever takes a town's rows away past the command is found: without the word, or with one that is not signed."""
    fill(small, OWN)
    fill(small, OTHER)
    small.advance(small.world.now.replace(day=12))
    remove(small)
    assert faults(small) == []
    with small.stores["intake"].engine.begin() as conn:
        conn.execute(sa.update(town_moves).values(seal="0" * 64))
    assert set(faults(small)) == {"day"}

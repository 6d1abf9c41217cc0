"""The files of an embedded house are its owner's alone, and a file that was taken is on the disk with its name."""

import os
import stat
from pathlib import Path

import pytest

from gridcase.embedded import plan_in
from gridcase.house import build_house, open_stores
from shared.files.keeping import FolderFiles
from shared.obs.metrics import Metrics

FILE = "0197f0a0-0000-7000-8000-0000000000ab"


def modes(folder: Path) -> dict[str, int]:
    """Permissions of everything in a folder, by relative path."""
    found = {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}
    return {".": stat.S_IMODE(folder.stat().st_mode), **found}


@pytest.mark.parametrize("umask", [0o022, 0o000])
def test_files_are_0600_in_folders_that_are_0700(tmp_path: Path, umask: int) -> None:
    """Stores with what SQLite writes beside them, the secret, attachments: whatever the user's umask."""
    before = os.umask(umask)
    try:
        plan = plan_in(tmp_path / "var", "reference")
        stores = open_stores(plan)
        build_house(plan, stores, Metrics())
        FolderFiles(plan.files / "attachments").keep(FILE, b"a photo")
        found = modes(tmp_path / "var")
    finally:
        os.umask(before)
        for store in stores.values():
            store.close()
    assert {"intake.db", "intake.db-wal", "intake.db-shm", "secret", f"attachments/ab/{FILE}"} <= set(found)
    wrong = {
        name: oct(mode)
        for name, mode in found.items()
        if mode != (0o700 if (tmp_path / "var" / name).is_dir() else 0o600)
    }
    assert wrong == {}


def test_a_house_of_before_is_made_private_at_its_next_start(tmp_path: Path) -> None:
    """Its stores and its folder were readable for everybody on the machine."""
    plan_in(tmp_path, "reference")
    (tmp_path / "intake.db").touch()
    (tmp_path / "intake.db").chmod(0o644)
    tmp_path.chmod(0o755)
    plan = plan_in(tmp_path, "reference")
    open_stores(plan, ("intake",))["intake"].close()
    assert (modes(tmp_path)["."], modes(tmp_path)["intake.db"]) == (0o700, 0o600)


def test_a_folder_for_other_things_keeps_its_permissions(tmp_path: Path) -> None:
    """Somebody may start a house in a folder that others use: the house's own files are private all the same."""
    tmp_path.chmod(0o755)
    plan_in(tmp_path, "reference")
    assert modes(tmp_path) == {".": 0o755, "secret": 0o600}


def test_a_file_is_on_the_disk_with_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The content before it gets its name, the name before the file counts as kept, and the names of new folders."""
    acts: list[str] = []
    real_sync, real_replace = os.fsync, Path.replace

    def sync(handle: int) -> None:
        acts.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "content")
        real_sync(handle)

    def replace(self: Path, target: Path) -> Path:
        acts.append("name")
        return real_replace(self, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    kept = FolderFiles(tmp_path / "attachments")
    kept.keep(FILE, b"a photo")
    kept.keep(FILE, b"a photo")
    assert acts == ["folder", "folder", "content", "name", "folder", "content", "name", "folder"]

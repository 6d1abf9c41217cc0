"""Serving a local network: a certificate of the house's own, and by which names the house is reached there.

Decides what the house's root may vouch for: this machine's names and the private networks' addresses, and nothing else,
so that a phone which trusts it trusts it for no other site. The root is made once and kept; the certificate below it is
made anew at each start, for the addresses that the machine has then.
"""

import ipaddress
import os
import socket
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from flask import Flask, Response

from shared.flow.webserver import TlsFiles
from shared.kernel.clock import SystemClock

TRUST = "/trust.crt"  # where a phone finds the root
EVERY_ADDRESS = "0.0.0.0"  # noqa: S104 - that the network reaches it is what `--lan` asks for
ROOT_DAYS, LEAF_DAYS = 3650, 397  # browsers take no leaf that is good for longer
_BACKDATED = timedelta(days=1)  # a phone's clock may be behind
_NOWHERE = ("192.0.2.1", 9)  # of no network (RFC 5737): asked for the way there, nothing is sent
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8")


@dataclass(frozen=True, slots=True)
class LanHouse:
    """A house in its network.

    Args:
        tls: the certificate that it shows, with its key.
        root: what a phone is to trust, in PEM; fingerprint: of the root, SHA-256, as settings show it.
        names: by which it is reached, addresses first.
    """

    tls: TlsFiles
    root: bytes
    fingerprint: str
    names: tuple[str, ...]

    def offer(self, home: Flask) -> None:
        """Have the house hand its root to whoever asks: a root is no secret."""
        kind = "application/x-x509-ca-cert"
        home.add_url_rule(TRUST, "trust", lambda: Response(self.root, content_type=kind))


def lan_house(folder: Path, names: Sequence[str] | None = None) -> LanHouse:
    """Return the house in its network, with a certificate for the names that it has there now.

    Args:
        folder: where root and keys are kept, readable for the house alone.
        names: None: those of this machine.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    names = tuple(dict.fromkeys(names if names is not None else own_names()))
    root_key, root = _root(folder, names)
    leaf_key = ec.generate_private_key(ec.SECP256R1())
    leaf = _leaf(root, root_key, leaf_key, names)
    tls = TlsFiles(folder / "house.pem", folder / "house.key")
    _keep(tls.certificate, _pem(leaf) + _pem(root))
    _keep(tls.key, _private(leaf_key))
    print_of = root.fingerprint(hashes.SHA256()).hex(":").upper()
    return LanHouse(tls, _pem(root), print_of, names)


def own_names() -> list[str]:
    """Return by which addresses and names this machine is reached in its network."""
    host = socket.gethostname()
    found = [
        _way_out(),
        *_addresses_of(host),
        host,
        f"{host.partition('.')[0]}.local",
        "localhost",
        "127.0.0.1",
    ]
    return [name for name in dict.fromkeys(found) if name]


def _way_out() -> str:
    """The address under which the machine speaks to others; empty: it has no network."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.connect(_NOWHERE)
        return str(asked.getsockname()[0])
    return ""


def _addresses_of(host: str) -> list[str]:
    with suppress(OSError):
        found = socket.getaddrinfo(host, None, socket.AF_INET)
        return [str(each[4][0]) for each in found if not str(each[4][0]).startswith("127.")]
    return []


def _root(folder: Path, names: Sequence[str]) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key_file, root_file = folder / "root.key", folder / "root.pem"
    if key_file.is_file() and root_file.is_file():
        root = x509.load_pem_x509_certificate(root_file.read_bytes())
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
        is_good = root.not_valid_after_utc > _leaf_ends() and _vouches_for(root, names)
        if isinstance(key, ec.EllipticCurvePrivateKey) and is_good:
            return key, root
    key = ec.generate_private_key(ec.SECP256R1())
    root = _new_root(key, names)
    _keep(key_file, _private(key))
    _keep(root_file, _pem(root))
    return key, root


def _vouches_for(root: x509.Certificate, names: Sequence[str]) -> bool:
    """Whether a root may speak for names: one that was made elsewhere, or before the machine was renamed, may not."""
    permitted = root.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or ()
    return set(_constraints(names)) <= set(permitted)


def _constraints(names: Sequence[str]) -> list[x509.GeneralName]:
    """The private networks, whatever address the machine gets there, and its own names."""
    addresses = [name for name in names if isinstance(_general(name), x509.IPAddress)]
    private = [ipaddress.ip_network(net) for net in _PRIVATE]
    others = [
        ipaddress.ip_network(address)
        for address in addresses
        if not any(ipaddress.ip_address(address) in net for net in private)
    ]
    hosts = [name for name in names if name not in addresses]
    return [*map(x509.IPAddress, [*private, *others]), *map(x509.DNSName, hosts)]


def _new_root(key: ec.EllipticCurvePrivateKey, names: Sequence[str]) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Gridcase {socket.gethostname()}")])
    return (
        _begun(name, name, key, ROOT_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_others=True), critical=True)
        .add_extension(x509.NameConstraints(_constraints(names), None), critical=True)
        .sign(key, hashes.SHA256())
    )


def _leaf(
    root: x509.Certificate,
    root_key: ec.EllipticCurvePrivateKey,
    key: ec.EllipticCurvePrivateKey,
    names: Iterable[str],
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Gridcase")])
    return (
        _begun(name, root.subject, key, LEAF_DAYS, root_key)
        .add_extension(x509.SubjectAlternativeName(map(_general, names)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_others=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(root_key, hashes.SHA256())
    )


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    days: int,
    signer: ec.EllipticCurvePrivateKey | None = None,
) -> x509.CertificateBuilder:
    now = SystemClock().now()
    issuers = x509.AuthorityKeyIdentifier.from_issuer_public_key((signer or key).public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now - _BACKDATED + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(issuers, critical=False)
    )


def _leaf_ends() -> datetime:
    return SystemClock().now() + timedelta(days=LEAF_DAYS)


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(*, signs_others: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_others, key_cert_sign=signs_others, crl_sign=signs_others,
        content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*form)


def _keep(path: Path, content: bytes) -> None:
    """Write a file for the house alone, in one piece."""
    new = path.with_suffix(f"{path.suffix}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    new.replace(path)

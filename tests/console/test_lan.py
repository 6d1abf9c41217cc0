"""A house in its local network: whom its root vouches for, and a phone that reaches it by name."""

import base64
import hashlib
import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from requests.adapters import HTTPAdapter
from requests.exceptions import SSLError

from gridcase.lan import TRUST, LanHouse, lan_house, own_names
from shared.flow.webserver import TlsFiles, WebServer
from tests.console.browsers import LANGUAGES, PHONE, chromium
from tests.console.field import give_patroller
from tests.console.test_browser import sign_in
from tests.console.town import ConsoleTown

HOST = "gridcase-phone-test.local"
NAMES = ("192.168.7.9", HOST, "127.0.0.1")


class ByName(HTTPAdapter):
    """Asks this machine for what is at a name, and judges its certificate by the name."""

    def __init__(self, name: str, root: Path) -> None:
        self._name, self._root = name, root
        super().__init__()

    def init_poolmanager(self, *args: object, **more: object) -> None:
        """Judge by the house's root alone."""
        context = ssl.create_default_context(cafile=str(self._root))
        super().init_poolmanager(  # type: ignore[no-untyped-call]
            *args, **more, ssl_context=context, server_hostname=self._name, assert_hostname=self._name
        )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> LanHouse:
    return lan_house(tmp_path_factory.mktemp("lan"), NAMES)


@pytest.fixture(scope="module")
def port(town: ConsoleTown, house: LanHouse) -> Iterator[int]:
    """The town's house, opened by HTTPS."""
    home = Flask("home")
    house.offer(home)
    server = WebServer(town.house.front(home), "127.0.0.1", 0, tls=house.tls)
    server.start()
    yield server.port
    server.stop()


def asked(port: int, name: str, root: Path, path: str = "/") -> requests.Response:
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", ByName(name, root))
    return session.get(f"https://127.0.0.1:{port}{path}", timeout=10, allow_redirects=False)


def test_whoever_trusts_the_root_reaches_the_house_by_any_of_its_names(
    port: int, house: LanHouse, tmp_path: Path
) -> None:
    """The chain is judged as a phone judges it: by name, by time, and by what the root may vouch for."""
    root = tmp_path / "root.pem"
    root.write_bytes(asked(port, HOST, house.tls.certificate, TRUST).content)
    assert root.read_bytes() == house.root
    for name in NAMES:
        assert asked(port, name, root).status_code == 200
    with pytest.raises(SSLError):
        asked(port, "elsewhere.example", root)


def test_the_root_vouches_for_nobody_else(tmp_path: Path) -> None:
    """Were its key stolen, no other site could be shown to a phone that trusts it: names and networks are bounded."""
    made = lan_house(tmp_path, NAMES)
    root = x509.load_pem_x509_certificate(made.root)
    held = root.extensions.get_extension_for_class(x509.NameConstraints)
    assert held.critical
    names = [each.value for each in held.value.permitted_subtrees or () if isinstance(each, x509.DNSName)]
    assert names == [HOST]
    assert root.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0


def test_the_root_stays_and_the_certificate_follows_the_machine(tmp_path: Path) -> None:
    """Another address at the next start is no reason to trust anew; another name is, for the root does not know it."""
    first = lan_house(tmp_path, NAMES)
    moved = lan_house(tmp_path, ("10.1.2.3", HOST))
    renamed = lan_house(tmp_path, ("10.1.2.3", "another.local"))
    assert moved.root == first.root
    assert moved.fingerprint == first.fingerprint
    assert renamed.root != first.root


def test_keys_are_for_the_house_alone(tmp_path: Path) -> None:
    """Nobody else on the machine reads them."""
    made = lan_house(tmp_path / "lan", NAMES)
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "lan").iterdir()} == {0o600}
    assert (tmp_path / "lan").stat().st_mode & 0o777 == 0o700
    assert made.tls.key.read_bytes() not in made.root


def test_a_machine_has_names() -> None:
    """At least itself; never one twice, and no empty one."""
    names = own_names()
    assert {"localhost", "127.0.0.1"} <= set(names)
    assert len(names) == len(set(names))
    assert all(names)


def test_a_phone_works_by_the_houses_name(town: ConsoleTown, house: LanHouse, port: int) -> None:
    """Position and work without a network need HTTPS away from this machine: by name the phone has both."""
    give_patroller(town)
    with chromium(
        f"--host-resolver-rules=MAP {HOST} 127.0.0.1",
        f"--ignore-certificate-errors-spki-list={_pin(house.tls)}",
    ) as browser:
        context = browser.new_context(
            base_url=f"https://{HOST}:{port}",
            viewport={"width": PHONE[0], "height": PHONE[1]},
            locale=LANGUAGES["en"],
        )
        context.grant_permissions(["geolocation"])
        context.set_geolocation({"latitude": 30.5, "longitude": 120.25})
        page = context.new_page()
        sign_in(page, "patroller")
        page.wait_for_url("**/day")
        assert page.evaluate("window.isSecureContext")
        page.wait_for_selector("body[data-ready]", timeout=60_000)
        (cookie,) = context.cookies()
        assert cookie["secure"]
        page.goto("/towns/t-cgz/report/noise")
        page.click(".js-position")
        page.wait_for_function("document.getElementById('lat').value !== ''")
        context.set_offline(True)
        page.goto("/towns/t-cgz/day")
        assert page.is_visible(".js-kept-note")
        with suppress(Exception):
            context.close()


def _pin(tls: TlsFiles) -> str:
    """What a browser in a test is told to trust: it has no settings to install a root in."""
    key = x509.load_pem_x509_certificate(tls.certificate.read_bytes()).public_key()
    return base64.b64encode(
        hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    ).decode()

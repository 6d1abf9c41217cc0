"""The sample of a deployer's own proxy is taken by nginx, and does what its comments say: TLS, HSTS, limits."""

import re
import ssl
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import pytest

from scripts.servers import processes
from tests.deploy.composition import ROOT
from tests.deploy.gateway import Echo, program
from tests.deploy.test_deploy_guide import write_certificate

SAMPLE = ROOT / "deploy" / "proxy" / "nginx.conf"
AROUND = """
daemon off; pid {folder}/pid; error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/gridcase.conf;
}}
"""


@dataclass
class Proxy:
    """The sample at work on this machine."""

    clear: int
    port: int
    trusting: ssl.SSLContext

    def ask(self, path: str, *, port: int = 0, body: bytes | None = None) -> tuple[int, Message]:
        """Return the status and headers of an answer; redirections are not followed."""
        scheme = "http" if port == self.clear else "https"
        request = urllib.request.Request(f"{scheme}://127.0.0.1:{port or self.port}{path}", data=body)
        doors = (urllib.request.HTTPSHandler(context=self.trusting), urllib.request.ProxyHandler({}), _Stay())
        try:
            with urllib.request.build_opener(*doors).open(request, timeout=20) as answer:
                return answer.status, answer.headers
        except urllib.error.HTTPError as refused:
            return refused.code, refused.headers


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_words: object) -> None:
        """Follow nothing."""


@contextmanager
def at_work(folder: Path, changes: Mapping[str, str]) -> Iterator[Proxy]:
    """The sample, with its certificates, ports and the house as they are on this machine.

    Args:
        changes: what else is changed in it, for this test.
    """
    clear, port, house = (processes.free_port() for _ in range(3))
    certificate = write_certificate(folder)
    here = {"/etc/ssl/gridcase": str(folder), "listen 80;": f"listen 127.0.0.1:{clear};",
            "listen 443 ": f"listen 127.0.0.1:{port} ", "127.0.0.1:8080": f"127.0.0.1:{house}"}  # fmt: skip
    text = SAMPLE.read_text(encoding="utf-8")
    for there, local in {**here, **changes}.items():
        assert text.count(there) >= 1, there
        text = text.replace(there, local)
    (folder / "gridcase.conf").write_text(text, encoding="utf-8")
    settings = folder / "nginx.conf"
    settings.write_text(AROUND.format(folder=folder), encoding="utf-8")
    command = ["nginx", "-p", str(folder), "-e", "stderr", "-c", str(settings)]
    tested = subprocess.run(
        [*command, "-t"], executable=program(), capture_output=True, text=True, check=False
    )
    assert tested.returncode == 0, tested.stderr
    echo = Echo("house", house).start()
    process = subprocess.Popen(command, executable=program(), stderr=subprocess.DEVNULL)
    try:
        processes.await_ready(processes.mark(process.pid), lambda: processes.answers(port), folder / "words")
        yield Proxy(clear, port, ssl.create_default_context(cafile=str(certificate)))
    finally:
        process.terminate()
        process.wait(timeout=20)
        echo.stop()


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """The sample as it is written."""
    with at_work(tmp_path_factory.mktemp("proxy"), {}) as made:
        yield made


def test_the_house_is_reached_over_tls_and_the_browser_told_to_stay(proxy: Proxy) -> None:
    """Answers of the house and of the proxy alike carry HSTS for two years."""
    status, headers = proxy.ask("/v1/towns/x/cases")
    assert (status, headers["X-Owner"]) == (200, "house")
    assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    _, refused = proxy.ask("/metrics")
    assert refused["Strict-Transport-Security"] == headers["Strict-Transport-Security"]


def test_nothing_is_answered_in_clear(proxy: Proxy) -> None:
    """A request without TLS is sent to the same path over it, with its method."""
    status, headers = proxy.ask("/v1/towns/x/cases?state=closed", port=proxy.clear)
    assert (status, headers["Location"]) == (308, "https://127.0.0.1/v1/towns/x/cases?state=closed")


@pytest.mark.parametrize("path", ["/metrics", "/intake/metrics", "/intake/metrics/"])
def test_figures_are_not_found_from_outside(proxy: Proxy, path: str) -> None:
    """Whatever lies behind it."""
    assert proxy.ask(path)[0] == 404


def test_old_protocols_are_refused(proxy: Proxy) -> None:
    """TLS 1.2 at least."""
    old = ssl.create_default_context()
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises((urllib.error.URLError, ssl.SSLError)):
        urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=old), urllib.request.ProxyHandler({})
        ).open(f"https://127.0.0.1:{proxy.port}/", timeout=20)


def test_a_body_larger_than_the_gateways_is_refused(proxy: Proxy) -> None:
    """By its length, before it is sent on."""
    status, _ = proxy.ask("/v1/towns/x/cases", body=bytes(64 * 2**20 + 1))
    assert status == 413


def test_one_address_can_not_ask_without_end(tmp_path: Path) -> None:
    """Beyond its rate and its burst it is told so; tried with a slow rate, as no machine's speed must matter here."""
    with at_work(tmp_path, {"rate=50r/s": "rate=1r/m", "burst=200": "burst=3"}) as slow:
        assert [slow.ask("/v1/towns/x/cases")[0] for _ in range(6)] == [200] * 4 + [429] * 2


def test_the_sample_says_what_it_should() -> None:
    """As text: every deadline of a client, no session ticket, no address that a client claims, no disk."""
    text = SAMPLE.read_text(encoding="utf-8")
    for wanted in (
        "client_header_timeout 10s;", "client_body_timeout 30s;", "send_timeout 30s;", "server_tokens off;",
        "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_session_tickets off;", "limit_req_status 429;", "limit_conn_status 429;",
        "proxy_set_header X-Forwarded-For $remote_addr;", "proxy_request_buffering off;", "proxy_buffering off;",
    ):  # fmt: skip
        assert text.count(wanted) == 1, wanted
    gateway = (ROOT / "deploy" / "nginx" / "routes.conf").read_text(encoding="utf-8")
    gateway += (ROOT / "deploy" / "nginx" / "problems.conf").read_text(encoding="utf-8")
    largest = re.search(r"client_max_body_size (\w+);", gateway)
    assert largest is not None
    assert f"client_max_body_size {largest[1]};" in text

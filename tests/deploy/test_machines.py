"""The settings of three machines: what a person's command writes is what the tests' machines run with."""

import io
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
import yaml

from scripts.servers.cluster.deployed import FOLDER, settings
from tests.deploy.composition import ROOT

ADDRESSES = {"a": "10.0.0.11", "b": "10.0.0.12", "c": "10.0.0.13"}
NETWORK = "10.0.0.0/24"
ENV = "GRIDCASE_POSTGRES_PASSWORD=storeword\nGRIDCASE_BROKER_PASSWORD=brokerword\n"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A deployment's folder with its passwords."""
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    (tmp_path / ".env").write_text(ENV, encoding="utf-8")
    return tmp_path


def make(house: Path, *words: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run([str(house / "deploy" / "make-machine"), *words], capture_output=True, check=False)


def written(house: Path, machine: str) -> dict[str, str]:
    """Return the files that are written for a machine, by their places on it."""
    done = make(house, machine, *ADDRESSES.values(), NETWORK)
    assert done.returncode == 0, done.stderr
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        members = [member for member in archive if member.isfile()]
        return {
            member.name: (archive.extractfile(member) or io.BytesIO()).read().decode() for member in members
        }


@pytest.mark.parametrize("machine", ADDRESSES)
def test_a_machine_gets_all_its_settings_and_nothing_is_left_open(house: Path, machine: str) -> None:
    """Its own address, those of the others, and the passwords; the third has no store."""
    files = written(house, machine)
    names = {"etc/rabbitmq/rabbitmq.conf", "etc/rabbitmq/enabled_plugins", "etc/rabbitmq/rabbitmq-env.conf",
             "etc/default/etcd", "etc/patroni/config.yml"}  # fmt: skip
    assert set(files) == (names if machine != "c" else names - {"etc/patroni/config.yml"})
    rabbit = files["etc/rabbitmq/rabbitmq.conf"]
    assert f"listeners.tcp.default = {ADDRESSES[machine]}:5672" in rabbit
    assert all(f"= gridcase@{address}\n" in rabbit for address in ADDRESSES.values())
    assert files["etc/rabbitmq/rabbitmq-env.conf"].startswith(f"NODENAME=gridcase@{ADDRESSES[machine]}\n")
    told = [line for text in files.values() for line in text.splitlines() if not line.startswith("#")]
    assert [line for line in told if "@" in line.replace("gridcase@10.", "")] == []


def test_the_store_is_what_the_tests_run(house: Path) -> None:
    """The file for machine a differs from that of the tests' machines in what is filled in alone."""
    values = {**ADDRESSES, "name": "a", "own": ADDRESSES["a"], "clients": NETWORK, "data": "/var/lib/postgresql",
              "programs": "/usr/lib/postgresql/15/bin", "administrator": "postgres", "store": "storeword"}  # fmt: skip
    found = written(house, "a")["etc/patroni/config.yml"]
    assert found == settings("patroni.yml", values)
    agreed = yaml.safe_load(found)["bootstrap"]["dcs"]
    assert agreed["synchronous_mode"] is True
    assert agreed["loop_wait"] + 2 * agreed["retry_timeout"] <= agreed["ttl"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "say which"),
        (("d", *ADDRESSES.values(), NETWORK), "no such machine: d"),
        (("a", "one", "10.0.0.2", "10.0.0.3", NETWORK), "not an address: one"),
        (("a", *ADDRESSES.values(), "10.0.0.0"), "not a network: 10.0.0.0"),
    ],
)
def test_what_can_not_be_is_refused(house: Path, words: tuple[str, ...], said: str) -> None:
    """Nothing is written, and what is wrong is said."""
    done = make(house, *words)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr.decode()


def test_without_passwords_nothing_is_written(house: Path) -> None:
    """Whoever has no .env yet is told to make one."""
    (house / ".env").unlink()
    done = make(house, "a", *ADDRESSES.values(), NETWORK)
    assert (done.returncode, done.stdout) == (2, b"")
    assert "run deploy/make-env" in done.stderr.decode()


@pytest.mark.parametrize("guide", ["en", "zh"])
def test_the_guide_names_the_addresses_at_which_the_container_listens(guide: str) -> None:
    """What `.env` is to say of store and broker are the doors of the container `haproxy`."""
    text = (ROOT / "docs" / "guides" / f"deploy.{guide}.md").read_text(encoding="utf-8")
    proxy = (FOLDER / "haproxy.cfg").read_text(encoding="utf-8")
    named = next(line for line in text.splitlines() if line.strip().startswith("GRIDCASE_BROKER_AT="))
    ports = [each.rpartition(":")[2] for each in named.partition("=")[2].split(",")]
    assert len(ports) == 3
    for port in (*ports, "5432", "15672"):
        assert f'bind "${{BIND}}:{port}"' in proxy

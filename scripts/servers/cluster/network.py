"""The machines' network: a bridge, and for each machine a namespace with an address of its own on it.

Reached from the host as any network is; nothing of the host's own network is changed.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scripts.servers.places import Owner, Unready

MACHINES = ("a", "b", "c")
NAMESPACES = Path("/run/netns")


@dataclass(frozen=True, slots=True)
class Network:
    """A bridge and the machines on it; each folder of servers has its own.

    Args:
        bridge: the interface's name; all other names begin with it.
        prefix: of all addresses: the first three numbers and a dot.
    """

    bridge: str
    prefix: str

    @classmethod
    def of(cls, folder: Path) -> "Network":
        """Return the network that belongs to a folder, the same at every call."""
        mark = hashlib.sha256(str(folder).encode()).digest()
        return cls(f"gc{mark.hex()[:8]}", f"10.{200 + mark[4] % 50}.{mark[5]}.")

    @property
    def host(self) -> str:
        """The host's own address on it."""
        return f"{self.prefix}1"

    def address(self, machine: str) -> str:
        """Return a machine's address."""
        return f"{self.prefix}{11 + MACHINES.index(machine)}"

    def addresses(self, *machines: str) -> list[str]:
        """Return the addresses of several machines, of all unless named."""
        return [self.address(machine) for machine in machines or MACHINES]

    def lay(self) -> None:
        """Make what is missing of it.

        Raises:
            Unready: this takes root, and a kernel that lets it make network namespaces.
        """
        if os.geteuid() != 0 or shutil.which("ip") is None:
            raise Unready("machines of their own take root and the program `ip`: sudo, package iproute2")
        if not Path(f"/sys/class/net/{self.bridge}").exists():
            _ip("link", "add", self.bridge, "type", "bridge")
            _ip("addr", "add", f"{self.host}/24", "dev", self.bridge)
            _ip("link", "set", self.bridge, "up")
        for machine in MACHINES:
            if not (NAMESPACES / self._namespace(machine)).exists():
                self._add(machine)

    def _add(self, machine: str) -> None:
        namespace, cable = self._namespace(machine), self._cable(machine)
        _ip("netns", "add", namespace)
        _ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", namespace)
        _ip("link", "set", cable, "master", self.bridge, "up")
        _ip("-n", namespace, "addr", "add", f"{self.address(machine)}/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            _ip("-n", namespace, "link", "set", device, "up")

    def cut(self, machine: str) -> None:
        """Take a machine off the bridge: to itself its network looks well, and every packet is swallowed."""
        _ip("link", "set", self._cable(machine), "nomaster")

    def join(self, machine: str) -> None:
        """Put a machine back on the bridge."""
        _ip("link", "set", self._cable(machine), "master", self.bridge)

    def take_up(self) -> None:
        """Remove all of it; what is gone already is passed over."""
        with suppress(Unready):
            _ip("link", "del", self.bridge)
        for machine in MACHINES:
            with suppress(Unready):
                _ip("netns", "del", self._namespace(machine))

    def on(self, machine: str, owner: Owner, command: Sequence[str]) -> list[str]:
        """Return the words that run a command on a machine, as its owner: one process, the command's own."""
        words = [str(shutil.which("nsenter")), f"--net={NAMESPACES / self._namespace(machine)}"]
        if owner.account is not None:
            words += ["-S", str(owner.account.pw_uid), "-G", str(owner.account.pw_gid)]
        return [*words, "--", *command]

    def _namespace(self, machine: str) -> str:
        return f"{self.bridge}-{machine}"

    def _cable(self, machine: str) -> str:
        return f"{self.bridge}{machine}"


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unready(f"ip {' '.join(words)}: {done.stderr.strip()}")

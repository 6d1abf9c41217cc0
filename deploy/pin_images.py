"""Puts the digest of each image behind its name, as the image's registry gives it: settings in, settings out.

Decides that a name without a digest gets the one that its tag has now, that a name with one is looked up anew by its
tag, and that images of no registry (`gridcase:local`) stay as they are. Needs nothing but Python: the machine that
reaches the registries need not have the house's packages.
"""

import json
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

HUB, ITS_HOST = "docker.io", "registry-1.docker.io"
# Of an image for several machines the digest of the list: each machine then finds its own.
KINDS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
SETTING = re.compile(r"^([A-Z_]+_IMAGE)=(\S+)$")
WAIT_SECONDS = 30


class Image(NamedTuple):
    """An image's name: `registry/repository:tag`."""

    registry: str
    repository: str
    tag: str

    @property
    def written(self) -> str:
        """The name as people write it: the common registry is left out."""
        where = "" if self.registry == HUB else f"{self.registry}/"
        short = self.repository.removeprefix("library/") if self.registry == HUB else self.repository
        return f"{where}{short}:{self.tag}"


def image_of(name: str) -> Image | None:
    """Read a name, with or without a digest; None: it is of no registry."""
    name = name.partition("@")[0]
    path, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:  # a port of the registry, and no tag
        path, tag = name, "latest"
    first, slash, rest = path.partition("/")
    is_host = slash and ("." in first or ":" in first or first == "localhost")
    if is_host:
        return Image(first, rest, tag)
    if tag == "local":
        return None
    return Image(HUB, path if slash else f"library/{path}", tag)


def digest_of(image: Image) -> str:
    """Ask the registry for the digest that a tag has now.

    Raises:
        OSError: it can't be reached, or refuses.
        ValueError: it answers with something else than a digest.
    """
    host = ITS_HOST if image.registry == HUB else image.registry
    # As container engines do: a registry on this very machine is asked in clear, any other over TLS alone.
    scheme = "http" if host.partition(":")[0] in ("127.0.0.1", "localhost") else "https"
    address = f"{scheme}://{host}/v2/{image.repository}/manifests/{image.tag}"
    try:
        answer = _ask(address, {})
    except urllib.error.HTTPError as refused:
        if refused.code != 401:
            raise
        answer = _ask(address, {"Authorization": f"Bearer {_pass(refused.headers['WWW-Authenticate'])}"})
    if not DIGEST.fullmatch(answer):
        raise ValueError(f"{host} gave no digest for {image.written}: {answer[:80]!r}")
    return answer


def _ask(address: str, more: Mapping[str, str]) -> str:
    request = urllib.request.Request(address, method="HEAD", headers={"Accept": ", ".join(KINDS), **more})
    with urllib.request.urlopen(request, timeout=WAIT_SECONDS) as answer:
        return str(answer.headers.get("Docker-Content-Digest", ""))


def _pass(challenge: str) -> str:
    """Get the pass that registries give anybody for reading, from where they say."""
    asked = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
    where = asked.pop("realm")
    with urllib.request.urlopen(f"{where}?{urlencode(asked)}", timeout=WAIT_SECONDS) as answer:
        given = json.load(answer)
    return str(given.get("token") or given["access_token"])


def pinned(line: str) -> str:
    """Return a line of settings with its image's digest; any other line as it is."""
    setting = SETTING.match(line.rstrip("\n"))
    image = image_of(setting[2]) if setting else None
    if setting is None or image is None:
        return line
    return f"{setting[1]}={image.written}@{digest_of(image)}\n"


def main() -> int:
    """Pin every image, or none: settings that are half pinned would be taken for whole ones."""
    try:
        lines = [pinned(line) for line in sys.stdin]
    except (OSError, ValueError) as failure:
        print(f"pin-images: {failure}; nothing was changed", file=sys.stderr)
        return 1
    sys.stdout.writelines(lines)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""nginx, which tests start themselves with the deployed settings: here is only whether and where it is."""

import shutil

PACKAGE = "nginx"
# Debian keeps it where only root's PATH looks, yet anyone may run it on a port above 1023.
PLACES = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin"


def program() -> str | None:
    """Find nginx's program; None when the package is missing."""
    return shutil.which("nginx") or shutil.which("nginx", path=PLACES)


def is_installed() -> bool:
    """Tell whether nginx can be started."""
    return program() is not None

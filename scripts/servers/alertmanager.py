"""Alertmanager, which a test starts itself with written settings: here is only whether and where it is."""

import shutil

PACKAGE = "prometheus-alertmanager"
PROGRAM, TOOL = "prometheus-alertmanager", "amtool"


def program() -> str | None:
    """Find its program; None when the package is missing."""
    return shutil.which(PROGRAM)


def is_installed() -> bool:
    """Tell whether it can be started, and its settings checked."""
    return program() is not None and shutil.which(TOOL) is not None

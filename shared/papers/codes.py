"""An address as a picture that a camera reads: as SVG for pages, as PNG for everything else."""

import io

import segno
from markupsafe import Markup

QUIET_ZONE = 4  # modules of white around it, as ISO/IEC 18004 asks
CORRECTS = "m"  # up to 15 % may be covered or dirty: it is printed and stuck to doors
_DOTS = 8  # a module in the PNG


def code_svg(address: str) -> Markup:
    """Return the code with shapes alone, dark on white whatever colours the page has; nothing reads it aloud."""
    out = io.BytesIO()
    _made(address).save(
        out, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=QUIET_ZONE,
        dark="#000", light="#fff", svgclass="qr", lineclass=None, nl=False,
    )  # fmt: skip
    # Of our own making: the address itself does not stand in it as text.
    return Markup(out.getvalue().decode().replace("<svg ", '<svg aria-hidden="true" ', 1))  # noqa: S704


def code_png(address: str) -> bytes:
    """Return the code as dots."""
    out = io.BytesIO()
    _made(address).save(out, kind="png", scale=_DOTS, border=QUIET_ZONE)
    return out.getvalue()


def _made(address: str) -> segno.QRCode:
    return segno.make(address, error=CORRECTS, micro=False)

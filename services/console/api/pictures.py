"""A link as a picture that a camera reads: SVG with shapes alone, as the pages' policy wants it."""

import io

import segno
from markupsafe import Markup

QUIET_ZONE = 4  # modules of white around it, as ISO/IEC 18004 asks
CORRECTS = "m"  # up to 15 % may be covered or dirty: it is printed and stuck to doors


def picture_of(link: str) -> Markup:
    """Return the picture of a link, dark on white whatever colours the page has; nothing reads it aloud."""
    out = io.BytesIO()
    made = segno.make(link, error=CORRECTS, micro=False)
    made.save(
        out, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=QUIET_ZONE,
        dark="#000", light="#fff", svgclass="qr", lineclass=None, nl=False,
    )  # fmt: skip
    # Of our own making: the link itself does not stand in it as text.
    return Markup(out.getvalue().decode().replace("<svg ", '<svg aria-hidden="true" ', 1))  # noqa: S704

"""Office files made the same each time: they are archives, and archives note the moment at which they were packed.

Decides that a file says nothing of when it was written: a paper says so itself where it matters.
"""

import re
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day that an archive knows
_PROPERTIES = "docProps/core.xml"
_MOMENTS = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")


def timeless(archive: bytes) -> bytes:
    """Return an office file without the moments at which it was made."""
    out = BytesIO()
    with ZipFile(BytesIO(archive)) as packed, ZipFile(out, "w", ZIP_DEFLATED) as made:
        for name in packed.namelist():
            part = packed.read(name)
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type = ZIP_DEFLATED
            made.writestr(entry, _MOMENTS.sub(b"", part) if name == _PROPERTIES else part)
    return out.getvalue()

"""Which files are taken: known by their first bytes, not by their names.

Decides type, size and number. Nothing is unpacked or converted here, so nothing can unfold itself.
Must not import Flask.
"""

from collections.abc import Collection
from functools import cache

from shared.kernel.problems import Problem
from shared.web.catalogue import Catalogue

LARGEST = 10 * 2**20
MOST = 20  # files of one thing
_LONGEST_NAME = 100
_MOVIES = (b"isom", b"mp41", b"mp42", b"avc1", b"iso2", b"iso5", b"iso6", b"M4V ", b"dash")
# What telephones take pictures in: one picture or a burst, as 'high efficiency' or the plain form of the same.
_ALSO_CALLED = {"image/heic": "image/heif"}
_HEIF = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "application/pdf": ".pdf",
    "video/mp4": ".mp4",
}


def type_of(content: bytes) -> str | None:
    """Return the content's type by its first bytes, or None for a type that is not accepted."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content[4:8] != b"ftyp":
        return None
    if content[8:12] in _HEIF:
        return "image/heic"
    return "video/mp4" if content[8:12] in _MOVIES else None


@cache
def _words() -> Catalogue:
    return Catalogue.of("shared.web")


def refuse_file(
    content: bytes, said: str, already: int = 0, *, kinds: Collection[str] = ENDINGS, largest: int = LARGEST
) -> Problem | None:
    """Return why a file is not taken, or None.

    Args:
        said: the content type that the sender states.
        already: how many files there are where it is to go.
        kinds: types that are taken there; largest: bytes.
    """
    if already >= MOST:
        return _words().problem("too-many-files", most=MOST)
    if not content:
        return _words().problem("file-empty")
    if len(content) > largest:
        return _words().problem("file-too-large", limit=largest)
    found = type_of(content)
    if found is None or found not in kinds:
        return _words().problem("file-type", said=said, allowed=", ".join(sorted(kinds)))
    return (
        None
        if said in (found, "application/octet-stream", _ALSO_CALLED.get(found))
        else _words().problem("file-disguised", said=said, found=found)
    )


def shown_name(name: str, kind: str) -> str:
    """Return the sender's file name as it may be shown: one line, no path, the ending of its type."""
    last = name.replace("\\", "/").rpartition("/")[2]
    stem = "".join(mark for mark in last if mark.isprintable() and mark not in '"<>:|?*;%').strip(". ")
    stem = stem.rpartition(".")[0] or stem
    return (stem[:_LONGEST_NAME] or "file") + ENDINGS[kind]

"""Pictures without what cameras write beside them: where it was taken, by which device, when, previews of it.

Decides what of a JPEG, PNG or WebP stays: what is needed to show it, and which way up. Nothing is decoded or packed
again: the picture itself is the same byte for byte.
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from itertools import chain

# JPEG, ITU T.81 annex B: what stands for itself, ends a picture, begins its data.
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))
_BEGIN, _END, _SCAN, _COMMENT = 0xD8, 0xD9, 0xDA, 0xFE
_APPS = range(0xE0, 0xF0)
_JFIF, _EXIF, _ICC, _ADOBE = 0xE0, 0xE1, 0xE2, 0xEE
_EXIF_NAME, _ICC_NAME = b"Exif\0\0", b"ICC_PROFILE\0"
_ORIENTATION, _UPRIGHT, _SHORT = 0x0112, 1, 3
# What a PNG is shown with (PNG, third edition, section 5.6); texts, times and Exif are not among it.
_PNG_HEAD = 8
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP sBIT pHYs bKGD acTL fcTL fdAT".split()
)
_WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_SAYS = 0b1100  # of VP8X: that Exif and XMP follow


class BrokenPicture(Exception):
    """It is not whole, or not what its first bytes say."""


def stripped(content: bytes, media_type: str) -> bytes:
    """Return a picture without what tells of place, time and device.

    Args:
        media_type: as its first bytes say; a key of `STRIPPED`.

    Raises:
        BrokenPicture: it can't be read to its end; what can't be read can't be said to hold no place.
    """
    try:
        return STRIPPED[media_type](content)
    except (IndexError, struct.error) as wrong:
        raise BrokenPicture(str(wrong)) from wrong


def _jpeg(content: bytes) -> bytes:
    """A picture ends with its own end: behind it telephones put others, with places of their own."""
    pieces = list(_segments(content))
    turned = next((turn for marker, piece in pieces if (turn := _orientation(marker, piece))), _UPRIGHT)
    kept = [piece for marker, piece in pieces if _is_shown(marker, piece)]
    if turned != _UPRIGHT:
        kept.insert(1, _exif(turned))
    return b"".join(kept)


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker by marker; the data of a scan goes with the marker that begins it."""
    at = 0
    while True:
        while content[at : at + 2] == b"\xff\xff":  # fill
            at += 1
        if content[at] != 0xFF:
            raise BrokenPicture(f"no marker at byte {at}")
        marker = content[at + 1]
        end = at + 2
        if marker not in _ALONE and marker not in (_BEGIN, _END):
            (length,) = struct.unpack_from(">H", content, end)
            end += length
        if marker == _SCAN:
            end = _scan_end(content, end)
        if end > len(content):
            raise BrokenPicture("it ends within a segment")
        yield marker, content[at:end]
        if marker == _END:
            return
        at = end


def _scan_end(content: bytes, at: int) -> int:
    """Where data ends: at a marker that is neither stuffing nor a restart."""
    while (at := content.find(b"\xff", at)) >= 0:
        follows = content[at + 1]
        if follows not in (0x00, 0xFF, *range(0xD0, 0xD8)):
            return at
        at += 1 if follows == 0xFF else 2
    raise BrokenPicture("it has no end")


def _is_shown(marker: int, piece: bytes) -> bool:
    if marker == _ICC:
        return piece[4:].startswith(_ICC_NAME)
    return (marker not in _APPS and marker != _COMMENT) or marker in (_JFIF, _ADOBE)


def _orientation(marker: int, piece: bytes) -> int | None:
    """Which way up a camera says that a picture is, of an Exif segment; a broken one says nothing."""
    if marker != _EXIF or not piece[4:].startswith(_EXIF_NAME):
        return None
    tiff = piece[4 + len(_EXIF_NAME) :]
    order = "<" if tiff.startswith(b"II") else ">"
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, first)
        for number in range(count):
            tag, kind = struct.unpack_from(f"{order}HH", tiff, first + 2 + 12 * number)
            if (tag, kind) == (_ORIENTATION, _SHORT):
                (turned,) = struct.unpack_from(f"{order}H", tiff, first + 10 + 12 * number)
                return int(turned) if 1 <= turned <= 8 else None
    except struct.error:
        pass
    return None


def _exif(turned: int) -> bytes:
    """A segment that says which way up, and nothing else."""
    entry = struct.pack(">HHIHH", _ORIENTATION, _SHORT, 1, turned, 0)
    body = _EXIF_NAME + b"MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(content: bytes) -> bytes:
    kept, at, kind = [content[:_PNG_HEAD]], _PNG_HEAD, b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content):
            raise BrokenPicture("it ends within a chunk")
        if kind in _PNG_KEPT:
            kept.append(content[at:end])
        at = end
    return b"".join(kept)


def _webp(content: bytes) -> bytes:
    (size,) = struct.unpack_from("<I", content, 4)
    end = 8 + size
    if end > len(content):
        raise BrokenPicture("it ends within a chunk")
    body = b"".join(chain((b"WEBP",), _webp_chunks(content, end)))
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _webp_chunks(content: bytes, end: int) -> Iterator[bytes]:
    at = 12
    while at < end:
        kind, length = struct.unpack_from("<4sI", content, at)
        following = at + 8 + length + length % 2
        if at + 8 + length > end:
            raise BrokenPicture("it ends within a chunk")
        chunk = content[at:following]
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes((chunk[8] & ~_WEBP_SAYS,)) + chunk[9:]
        if kind in _WEBP_KEPT:
            yield chunk
        at = following


STRIPPED: Mapping[str, Callable[[bytes], bytes]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
}

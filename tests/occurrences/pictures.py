"""Pictures for these tests, made by hand: what a camera writes is in them, and where."""

import struct
import zlib

PLACE = b"GPS 30.2741 120.1551"  # stands for a place, wherever a camera writes one
LOOK = b"\x12\xff\x00\x34\xff\xd0\x56"  # data of a scan, with stuffing and a restart


def segment(marker: int, body: bytes) -> bytes:
    """Return a JPEG segment."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def exif(turned: int | None, order: str = ">") -> bytes:
    """Return what a camera writes of a picture: which way up, if it says so, and where."""
    head = b"MM\0*" if order == ">" else b"II*\0"
    entries = [struct.pack(f"{order}HHIHH", 0x0112, 3, 1, turned, 0)] if turned is not None else []
    directory = struct.pack(f"{order}IH", 8, len(entries)) + b"".join(entries) + struct.pack(f"{order}I", 0)
    return b"Exif\0\0" + head + directory + PLACE


def jpeg(turned: int | None = None, order: str = ">", behind: bytes = b"") -> bytes:
    """Return a JPEG as a telephone takes it.

    Args:
        behind: what follows its end, such as a second picture.
    """
    return b"".join(
        (
            b"\xff\xd8",
            segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
            segment(0xE1, exif(turned, order)),
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + PLACE),
            segment(0xE2, b"ICC_PROFILE\0colours"),
            segment(0xE2, b"MPF\0" + PLACE),
            segment(0xFE, PLACE),
            segment(0xDB, b"quantization"),
            segment(0xDA, b"scan") + LOOK,
            b"\xff\xd9",
            behind,
        )
    )


def png(*more: tuple[bytes, bytes]) -> bytes:
    """Return a PNG with some more chunks before its data."""
    chunks = [(b"IHDR", b"head"), *more, (b"IDAT", b"look"), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, chunks))


def webp(*chunks: tuple[bytes, bytes]) -> bytes:
    """Return a WebP of some chunks."""
    body = b"WEBP" + b"".join(
        kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for kind, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def shown_png(width: int = 320, height: int = 200) -> bytes:
    """Return a PNG that a browser shows: a slope of grey, with a place in its texts."""
    rows = b"".join(b"\0" + bytes((x + y) % 256 for x in range(width)) for y in range(height))
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"tEXt", b"Comment\0" + PLACE),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, chunks))


def _chunk(chunk: tuple[bytes, bytes]) -> bytes:
    kind, body = chunk
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

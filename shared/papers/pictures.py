"""Photographs as a paper takes them: upright, no larger than print needs, in one format, without what a camera adds."""

from io import BytesIO
from warnings import catch_warnings, simplefilter

from PIL import Image, ImageOps

from shared.rules.papers.model import Picture

_FORMATS = ("JPEG", "PNG", "WEBP")
_MOST_DOTS = 60_000_000  # of a picture that is opened at all
_LONGEST = 1400  # dots: 120 mm at 300 to the inch
_QUALITY = 82


def picture_of(data: bytes, caption: str = "", link: str = "") -> Picture | None:
    """Return a photograph for a paper; None: it is none, or too large to open."""
    try:
        with catch_warnings():
            simplefilter("error", Image.DecompressionBombWarning)
            return Picture(_printed(data), caption, link)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None


def _printed(data: bytes) -> bytes:
    with Image.open(BytesIO(data), formats=_FORMATS) as opened:
        if opened.width * opened.height > _MOST_DOTS:
            raise ValueError
        opened.draft("RGB", (_LONGEST, _LONGEST))
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((_LONGEST, _LONGEST))
        out = BytesIO()
        _on_white(upright).save(out, "JPEG", quality=_QUALITY)
        return out.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    """What is seen through in a picture is white on paper."""
    if picture.mode not in ("RGBA", "LA", "P"):
        return picture.convert("RGB")
    seen = picture.convert("RGBA")
    white = Image.new("RGBA", seen.size, "white")
    return Image.alpha_composite(white, seen).convert("RGB")

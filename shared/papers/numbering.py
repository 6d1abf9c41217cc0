"""How pages are numbered, in words around two places: which page, and of how many."""

_CHINESE, _ENGLISH = ("第 ", " 页 共 ", " 页"), ("Page ", " of ", "")


def numbered(language: str) -> tuple[str, str, str]:
    """Return what stands before, between and after both numbers."""
    return _ENGLISH if language == "en" else _CHINESE

"""Characters that nobody sees: two texts that look alike are alike.

Decides which are left out of what people write. Those that a script or a picture needs stay where it needs them:
joiners between Arabic, Indic or Mongolian letters and within emoji. Rule files have none at all (`language.source`).
"""

import re

# Zero width or blank: soft hyphen, fillers, zero-width space, word joiner and its like, byte order mark, annotations,
# tags; and what changes the direction of the text around it, by which a name could be made to look like another one.
_NEVER = dict.fromkeys([
    0x00AD, 0x061C, 0x115F, 0x1160, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0x3164,
    0xFEFF, 0xFFA0, *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080),
])  # fmt: skip
# Joiners and the Mongolian vowel separator: no use at a text's beginning, after Latin or Chinese, or after a blank.
_JOINERS = re.compile(
    "(?:^|(?<=[\x00-\u02ff\u2000-\u200a\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]))[\u180e\u200c\u200d]+"
)


def without_unseen(text: str) -> str:
    """Return a text without the characters that nobody sees; done twice it changes nothing more."""
    return text if text.isascii() else _JOINERS.sub("", text.translate(_NEVER))

"""Text that a terminal only shows: nothing of a file may move its cursor, recolour it or turn its lines around."""

from __future__ import annotations

import re

#: Control characters (C0 but the line feed, DEL, C1), line and paragraph separators, the marks that change the
#: direction of text (Unicode Standard, UAX 9), and bytes of a file name that are no text (lone surrogates).
_ACTING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def printable(text: str) -> str:
    """Text with each character a terminal would act on written as its escape; line feeds stay."""
    return _ACTING.sub(lambda found: _escape(found[0]), text)


def json_safe(text: str) -> str:
    """JSON with the same characters escaped as JSON has them: it still means the same, and one line stays one line."""
    return text if text.isascii() else _ACTING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"

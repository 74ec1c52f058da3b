"""From the bytes of a file to the text of a note; what is no note is told in one line that holds nothing of it."""

from __future__ import annotations

import re

from risk.errors import InputError
from risk.notes.legibility import NOT_ENGLISH, legibility

#: Largest note, in bytes: some 80,000 words, far more than a visit has; beyond it a file is something else.
MOST_BYTES = 500_000

_EXPECTED = "expected a clinical note as plain text"
#: How files begin that people pass by mistake, and what to do instead. Source: the formats' own specifications.
_WRONG_KINDS = (
    (b"%PDF", "a PDF document", "export the note as plain text"),
    (b"PK\x03\x04", "a zip archive or an office document", "save it as plain text"),
    (b"\xd0\xcf\x11\xe0", "an old office document", "save it as plain text"),
    (b"{\\rtf", "a rich-text document", "save it as plain text"),
    (b"<", "XML or HTML", "export the note as plain text"),
    (b"MSH|", "an HL7 message", "export the note as plain text"),
    (b"ISA*", "an X12 file", "use `denial-risk check` for claims"),
)
#: Control characters that no text has.
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_LETTER = re.compile(r"[^\W\d_]")


def note_text(content: bytes, name: str) -> str:
    """Text of a note, without a byte order mark; places in it count from its first character.

    The text is UTF-8, UTF-16 with its mark, or else Windows-1252, in which systems on Windows write quotes and dashes.
    Raises :class:`risk.errors.InputError` for what is too large, empty, binary, of another format or encoding, or does
    not read as English.
    """
    if len(content) > MOST_BYTES:
        raise InputError(
            name, f"expected a note of at most {MOST_BYTES:,} bytes, this is more", "give one note, not a whole record"
        )
    if content.startswith(_UTF16_MARKS):
        content = _from_utf16(content, name)
    content = content.removeprefix(b"\xef\xbb\xbf")
    begin = content.lstrip()[:16]
    if not begin:
        raise InputError(name, f"{_EXPECTED}, the file is empty")
    for magic, what, instead in _WRONG_KINDS:
        if begin.startswith(magic):
            raise InputError(name, f"{_EXPECTED}, this is {what}", instead)
    if _BINARY.search(content):
        raise InputError(name, f"{_EXPECTED}, this is binary", "export the note as plain text in UTF-8")
    text = _decoded(content, name)
    if not _LETTER.search(text):
        raise InputError(name, f"{_EXPECTED}, there are no words in it")
    found = legibility(text)
    if found.words and found.share < NOT_ENGLISH:
        raise InputError(
            name,
            f"this note does not read as English: {found.known} of {found.words} words known",
            "only English notes can be read; nothing was checked",
        )
    return text


def _from_utf16(content: bytes, name: str) -> bytes:
    try:
        return content.decode("utf-16").encode()
    except UnicodeDecodeError:
        raise InputError(name, "expected UTF-16 text to the end", "save the note as UTF-8") from None


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as problem:
        place = problem.start
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:  # one of the five bytes that Windows-1252 leaves undefined
        raise InputError(
            f"{name}, byte {place}",
            "expected UTF-8 or Windows-1252, this is another encoding",
            "save the note as UTF-8",
        ) from None

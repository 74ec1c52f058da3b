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
    (b"\xff\xfe", "UTF-16", "save it as UTF-8"),
    (b"\xfe\xff", "UTF-16", "save it as UTF-8"),
    (b"<", "XML or HTML", "export the note as plain text"),
    (b"MSH|", "an HL7 message", "export the note as plain text"),
    (b"ISA*", "an X12 file", "use `denial-risk check` for claims"),
)
#: Control characters that no text has.
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LETTER = re.compile(r"[^\W\d_]")


def note_text(content: bytes, name: str) -> str:
    """Text of a note, without a byte order mark; places in it count from its first character.

    Raises :class:`risk.errors.InputError` for what is too large, empty, binary, of another format, not UTF-8, or does
    not read as English.
    """
    if len(content) > MOST_BYTES:
        raise InputError(
            name, f"expected a note of at most {MOST_BYTES:,} bytes, this is more", "give one note, not a whole record"
        )
    content = content.removeprefix(b"\xef\xbb\xbf")
    begin = content.lstrip()[:16]
    if not begin:
        raise InputError(name, f"{_EXPECTED}, the file is empty")
    for magic, what, instead in _WRONG_KINDS:
        if begin.startswith(magic):
            raise InputError(name, f"{_EXPECTED}, this is {what}", instead)
    if _BINARY.search(content):
        raise InputError(name, f"{_EXPECTED}, this is binary", "export the note as plain text in UTF-8")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise InputError(
            f"{name}, byte {problem.start}", "expected UTF-8, this is another encoding", "save the note as UTF-8"
        ) from None
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

"""Opening what the user names, and telling by its content, not its suffix, what kind of file it is."""

from __future__ import annotations

import gzip
import io
import re
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from risk.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

SourceKind = Literal["x12", "csv"]

STDIN = "-"

_GZIP = b"\x1f\x8b"

#: How much of a file tells what it is.
HEAD_BYTES = 4096

#: First bytes of files people pass by mistake, and what to do instead. Source: the formats' own specifications.
_WRONG_KINDS: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook", "unpack it, or save the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word document", "save the sheet as CSV"),
    (b"%PDF", "a PDF document", "export the claims as CSV or 837"),
    (b"\x89PNG", "an image", "export the claims as CSV or 837"),
    (b"\xff\xd8\xff", "an image", "export the claims as CSV or 837"),
    (b"GIF8", "an image", "export the claims as CSV or 837"),
    (b"II*\x00", "an image", "export the claims as CSV or 837"),
    (b"MM\x00*", "an image", "export the claims as CSV or 837"),
    (b"PAR1", "a Parquet file", "write the claims as CSV or 837"),
    (b"BZh", "a bzip2 archive", "unpack it, or compress it with gzip"),
    (b"\xfd7zXZ", "an xz archive", "unpack it, or compress it with gzip"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it, or compress it with gzip"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", "unpack it, or compress it with gzip"),
    (b"SQLite format 3", "a database", "export the claims as CSV or 837"),
    (b"{\\rtf", "a word processor's document", "save it as plain text"),
)

# ISA*00* or ISA*03*: the id, the separator, the first qualifier (X12.5 interchange header, ISA01 is 00 or 03)
_INTERCHANGE = re.compile(rb"(?<![A-Za-z0-9])ISA([^A-Za-z0-9\s])\d\d\1")
_LOOSE_X12 = re.compile(rb"(?:ISA|GS|ST)([^A-Za-z0-9\s])(?:[A-Z]{2}|\d{2,3})\1")


def source_name(source: str | Path) -> str:
    """Name of a source as messages, rejects and ``source_file`` carry it; bytes that are no text become U+FFFD."""
    name = "stdin" if str(source) == STDIN else str(source)
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def open_source(source: str | Path) -> io.BufferedReader[Any]:
    """Open a file, or standard input for ``-``, decompressing gzip by its content.

    Raises :class:`InputError` for what does not exist, is a folder or may not be read.
    """
    if str(source) == STDIN:
        if sys.stdin is None:
            raise InputError("stdin", "expected an input that is open", "name a file, or pipe one in")
        return decompressed(sys.stdin.buffer)
    path, name = Path(source), source_name(source)
    try:
        if path.is_dir():
            raise InputError(name, "expected a file, this is a folder", "name the files in it")
        return decompressed(path.open("rb"))
    except FileNotFoundError:
        raise InputError(name, "no such file", "check the name and the folder") from None
    except PermissionError:
        raise InputError(name, "expected a file you may read", "check its permissions") from None
    except OSError as error:
        raise InputError(name, "expected a readable file", error.strerror or "") from None


def read_source(source: str | Path) -> bytes:
    """Whole content of a source, decompressed.

    Raises :class:`InputError` as :func:`open_source` does, and for a damaged or truncated gzip file.
    """
    with damage_reported(source), open_source(source) as stream:
        return stream.read()


class damage_reported:  # noqa: N801 - a context manager, used as a statement
    """Turns failures of reading and decompressing a source into :class:`InputError`."""

    def __init__(self, source: str | Path) -> None:
        self._name = source_name(source)

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, EOFError):
            raise InputError(self._name, "the gzip file ends too early", "copy or download it again") from None
        if isinstance(error, (gzip.BadGzipFile, zlib.error)):
            raise InputError(self._name, "the gzip file is damaged", "copy or download it again") from None
        if isinstance(error, OSError):
            raise InputError(self._name, "expected a readable file", error.strerror or "") from None


def sniff(head: bytes, name: str) -> SourceKind:
    """Tell an X12 interchange from a CSV by the first bytes (decompressed).

    Raises :class:`InputError`, saying what it is, for an empty file and for kinds that hold no claims.
    """
    head = head[:HEAD_BYTES]
    for magic, what, instead in _WRONG_KINDS:
        if head.startswith(magic):
            raise InputError(name, f"expected claims as CSV or X12 837, this is {what}", instead)
    if head.startswith(_GZIP):
        raise InputError(name, "expected claims as CSV or X12 837, this is gzip inside gzip", "unpack it once")
    text = _as_utf8_head(head)
    start = text.lstrip(b"\xef\xbb\xbf \t\r\n\x0b\x0c\x1a\x00")
    if not start:
        raise InputError(name, "expected claims as CSV or X12 837, the file is empty")
    if _INTERCHANGE.search(text) or _LOOSE_X12.match(start):
        return "x12"
    if b"\x00" in text:
        raise InputError(name, "expected text, found NUL bytes", "save it as CSV in UTF-8")
    if start.startswith(b"<"):
        raise InputError(name, "expected claims as CSV or X12 837, this is XML or HTML", "export it as CSV or 837")
    if start.startswith((b"{", b"[")):
        raise InputError(name, "expected claims as CSV or X12 837, this is JSON", "export it as CSV or 837")
    return "csv"


def as_utf8(data: bytes, name: str) -> bytes:
    """Text as UTF-8 without a byte order mark: from UTF-8, UTF-16 with a mark, or else Windows-1252.

    Raises :class:`InputError` for NUL bytes and for UTF-16 that breaks off.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            data = data.decode("utf-16").encode()
        except UnicodeDecodeError:
            raise InputError(name, "expected UTF-16 text to the end", "save it as CSV in UTF-8") from None
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\x00" in data:
        raise InputError(name, "expected text, found NUL bytes", "save it as CSV in UTF-8")
    if data.isascii():
        return data
    try:
        data.decode()
    except UnicodeDecodeError:
        return _from_windows(data)
    return data


def utf8_blocks(stream: BinaryIO, name: str, block_bytes: int = 1 << 22) -> Iterator[bytes]:
    """Read text as UTF-8, in blocks that end at a line break; encodings as :func:`as_utf8`, told block by block."""
    first = stream.read(2)
    if first in (b"\xff\xfe", b"\xfe\xff"):
        decoder = io.TextIOWrapper(io.BufferedReader(_Rejoined(first, stream)), encoding="utf-16", newline="")
        try:
            while text := decoder.read(block_bytes):
                yield as_utf8(text.encode(), name)
        except UnicodeDecodeError:
            raise InputError(name, "expected UTF-16 text to the end", "save it as CSV in UTF-8") from None
        return
    kept = first
    while block := stream.read(block_bytes):
        cut = block.rfind(b"\n") + 1
        if cut:
            yield as_utf8(kept + block[:cut], name)
            kept = block[cut:]
        else:
            kept += block
    if kept:
        yield as_utf8(kept, name)


class _Rejoined(io.RawIOBase):
    """A stream with the bytes put back that were read from it to see what it is."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not self._head:
            return self._rest.read(size)
        taken, self._head = (self._head, b"") if size < 0 else (self._head[:size], self._head[size:])
        return taken + self._rest.read(-1 if size < 0 else size - len(taken))

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # the buffer protocol has no name in 3.11
        taken = self.read(len(buffer))
        buffer[: len(taken)] = taken
        return len(taken)

    def close(self) -> None:
        if self._rest is not sys.stdin.buffer:  # not ours to close
            self._rest.close()
        super().close()


def decompressed(stream: BinaryIO) -> io.BufferedReader[Any]:
    """A stream with gzip, told by its first bytes, taken off."""
    head = stream.read(2)
    whole = io.BufferedReader(_Rejoined(head, stream), buffer_size=1 << 20)
    if head == _GZIP:
        return io.BufferedReader(gzip.GzipFile(fileobj=whole, mode="rb"))
    return whole


def _as_utf8_head(head: bytes) -> bytes:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", errors="replace").encode()
    return head


def _from_windows(data: bytes) -> bytes:
    try:
        return data.decode("cp1252").encode()
    except UnicodeDecodeError:  # the five bytes that Windows-1252 leaves undefined
        return data.decode("latin-1").encode()

"""Files as Spark sees them, on any file system that Hadoop can speak to; all of it on the driver."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from risk.errors import InputError
from risk.readers.claim_files import require_once

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Names that Spark and others give to what is no data.
_HIDDEN = ("_", ".")

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True)
class ClaimFile:
    """A file: its number in the order of the input, its name as messages carry it, where it is, how large it is."""

    number: int
    name: str
    path: str
    size: int


class Files:
    """The file systems of a session."""

    def __init__(self, spark: Any) -> None:
        context = spark.sparkContext
        self._jvm, self._conf = context._jvm, context._jsc.hadoopConfiguration()

    def path(self, name: str) -> Any:
        """Where a name leads: with a scheme as it is, else on the default file system."""
        if not _SCHEME.match(name) and str(self._conf.get("fs.defaultFS", "file:///")).startswith("file:"):
            name = Path(os.path.abspath(name)).as_uri()  # noqa: PTH100  the name may be of anything
            return self._jvm.org.apache.hadoop.fs.Path(self._jvm.java.net.URI(name))
        return self._jvm.org.apache.hadoop.fs.Path(name)

    def system(self, path: Any) -> Any:
        """File system of a path."""
        return path.getFileSystem(self._conf)

    def listed(self, names: Sequence[str]) -> list[ClaimFile]:
        """Files by name, and those of folders by the order of their paths, however deep; not those that are hidden.

        Raises :class:`InputError` for what is not there, is given twice, and for a folder without files.
        """
        found: list[tuple[str, str, int]] = []
        for name in names:
            with told_in_one_line(name, "cannot be read"):
                own = self._below(name)
            if own is None:
                raise InputError(name, "no such file or folder", "check the name")
            if not own:
                raise InputError(name, "expected claim files, this folder has none", "check the name")
            found += own
        require_once([path for _, path, _ in found])
        return [ClaimFile(number, name, path, size) for number, (name, path, size) in enumerate(found)]

    def _below(self, name: str) -> list[tuple[str, str, int]] | None:
        path = self.path(name)
        system = self.system(path)
        if not system.exists(path):
            return None
        status = system.getFileStatus(path)
        root = status.getPath().toString()
        if status.isFile():
            return [(name, root, status.getLen())]
        files, each = [], system.listFiles(path, True)
        while each.hasNext():
            one = each.next()
            below = one.getPath().toString().removeprefix(root).lstrip("/")
            if not any(part.startswith(_HIDDEN) for part in below.split("/")):
                files.append((f"{name.rstrip('/')}/{below}", one.getPath().toString(), one.getLen()))
        return sorted(files)

    def head(self, file: ClaimFile, most: int) -> bytes:
        """First bytes of a file."""
        with told_in_one_line(file.name, "expected a readable file"):
            path = self._jvm.org.apache.hadoop.fs.Path(file.path)
            stream = self.system(path).open(path)
            try:
                return bytes(self._jvm.org.apache.commons.io.IOUtils.toByteArray(stream, min(most, file.size)))
            finally:
                stream.close()


class OutputFolder:
    """A folder of results, which has its name when it is complete; until then they lie in a hidden one beside it."""

    def __init__(self, files: Files, name: str) -> None:
        self._files, self.name = files, name
        self._path = files.path(name)
        self._system = files.system(self._path)
        self._partial = self._beside(f".{self._path.getName()}.part")

    def _beside(self, name: str) -> Any:
        return self._files._jvm.org.apache.hadoop.fs.Path(self._path.getParent(), name)

    @property
    def partial(self) -> str:
        """Where results lie until they are complete."""
        return str(self._partial.toString())

    def begin(self) -> None:
        """Make the place of the results; raises :class:`InputError` where one may not, or where there are some."""
        with told_in_one_line(self.name, "cannot write here"):
            if self._system.exists(self._path):
                raise InputError(
                    self.name, "expected a folder that is not there yet", "choose another --output, or take it away"
                )
            parent = self._path.getParent()
            if self._path.toUri().getScheme() in ("file", None) and not self._system.exists(parent):
                raise InputError(self.name, "expected a folder that exists", "make it, or choose another --output")
            self._system.delete(self._partial, True)
            if not self._system.mkdirs(self._partial):
                raise InputError(self.name, "cannot write here", "choose another --output")

    def complete(self, rejects: Iterable[str]) -> None:
        """Give the results their name, and keep lines about rejects beside them, if there are any."""
        with told_in_one_line(self.name, "cannot write here"):
            self._keep(self._beside(f"{self._path.getName()}.rejects.jsonl"), rejects)
            if not self._system.rename(self._partial, self._path):
                raise InputError(self.name, "cannot write here", "choose another --output")
            done = self._files._jvm.org.apache.hadoop.fs.Path(self._path, "_SUCCESS")
            self._system.create(done, True).close()

    def _keep(self, path: Any, lines: Iterable[str]) -> None:
        self._system.setWriteChecksum(False)  # no file beside the file
        self._system.delete(path, False)
        stream = None
        for line in lines:
            stream = stream or self._system.create(self._beside(f".{path.getName()}.part"), True)
            stream.write(bytearray(line.encode()))
        if stream is not None:
            stream.close()
            self._system.rename(self._beside(f".{path.getName()}.part"), path)

    def give_up(self) -> None:
        """Take away what is not complete."""
        self._system.delete(self._partial, True)


def uri_of(output: Path) -> str:
    """The output as it was given: a path makes one slash of the two behind a scheme."""
    return re.sub(r"^(?!file:)([A-Za-z][A-Za-z0-9+.-]+):/(?!/)", r"\1://", str(output))


def escaped(path: str) -> str:
    """A path of which no character stands for others."""
    return re.sub(r"([\[\]{}*?\\])", r"\\\1", path)


@contextmanager
def told_in_one_line(where: str, expected: str) -> Iterator[None]:
    """Turns what a file system throws into an :class:`InputError`: its kind, and nothing of its text."""
    from py4j.protocol import Py4JJavaError

    try:
        yield
    except Py4JJavaError as error:
        kind = error.java_exception.getClass().getSimpleName()
        raise InputError(where, f"{expected}: {_MEANINGS.get(kind, kind)}", "check its permissions and name") from None


_MEANINGS = {
    "AccessControlException": "Permission denied",
    "AccessDeniedException": "Permission denied",
    "FileAlreadyExistsException": "a file is where a folder should be",
    "FileNotFoundException": "not there, or not permitted",
    "ParentNotDirectoryException": "a file is where a folder should be",
    "UnknownHostException": "no such host",
    "UnsupportedFileSystemException": "no file system for this scheme",
}

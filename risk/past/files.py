"""Where a store is, how it is told from other files, and the database engine with what it says when it fails."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from risk import __version__
from risk.errors import DenialRiskError, InputError
from risk.past.frames import row, run
from risk.past.layout import FORMAT, statements
from risk.past.secret import Secret, made_secret, read_secret
from risk.reference.home import data_folder

#: What a database file of the engine begins with, after a checksum.
_MAGIC = (8, b"DUCK")

#: Memory that the engine may take for itself; what does not fit goes to disk. Parts are asked about by several
#: processes at once, an addition is alone.
ASKING_MEMORY, ADDING_MEMORY = "512MB", "1GB"

_MAKE_ONE = "make one with `denial-risk history add --claims FILE...`"


def default_store() -> Path:
    """Where the store is unless it is named."""
    return data_folder() / "history.duckdb"


def is_store(path: Path) -> bool:
    """Whether a file is a database of the engine, by its content; what is in it is another question."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_MAGIC[0] + len(_MAGIC[1]))
    except OSError:
        return False
    return head[_MAGIC[0] :] == _MAGIC[1]


def require_store(path: Path) -> None:
    """Raise :class:`InputError` where there is no database to read."""
    if not path.is_file():
        raise InputError(str(path), "expected a history store, there is none", _MAKE_ONE)
    if not is_store(path):
        raise InputError(str(path), "expected a history store", _MAKE_ONE)


@contextmanager
def reading(path: Path) -> Iterator[tuple[Any, Secret]]:
    """A store to be read, and its secret."""
    connection, secret = opened(path)
    try:
        with told(path):
            yield connection, secret
    finally:
        connection.close()


def opened(path: Path) -> tuple[Any, Secret]:
    """The same, for the caller to close.

    Raises :class:`InputError` where it is no store, of a later format, without its secret, or in use by an addition.
    """
    require_store(path)
    with told(path):
        connection = _engine().connect(str(path), read_only=True, config={"memory_limit": ASKING_MEMORY, "threads": 1})
        try:
            if not _tables(connection):
                raise InputError(str(path), "expected a history store, this database is empty", _MAKE_ONE)
            _require_format(connection, path)
            return connection, _secret_of(connection, path)
        except BaseException:
            connection.close()
            raise


@contextmanager
def writing(path: Path) -> Iterator[tuple[Any, Secret]]:
    """A store to be added to, made where there is none, and its secret: one transaction, which ends with the block.

    If the block fails, or the process is ended, the store is as it was. Its files are their owner's alone.
    """
    engine = _engine()
    if path.exists() and not is_store(path):
        raise InputError(str(path), "expected a history store, this file is something else", "choose another --history")
    before = os.umask(0o077)
    try:
        with told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = engine.connect(str(path), config={"memory_limit": ADDING_MEMORY})
            try:
                run(connection, "BEGIN")
                yield connection, _prepared(connection, path)
                run(connection, "COMMIT")
            finally:
                connection.close()  # takes back what was not committed
    finally:
        os.umask(before)


def _prepared(connection: Any, path: Path) -> Secret:
    if _tables(connection):
        _require_format(connection, path)
        return _secret_of(connection, path)
    secret = made_secret(path)
    for statement in statements():
        run(connection, statement)
    meta = {"format": str(FORMAT), "tool": __version__, "secret": secret.name}
    for one in meta.items():
        run(connection, "INSERT INTO meta VALUES (?, ?)", one)
    return secret


def _tables(connection: Any) -> bool:
    return bool(row(connection, "SELECT count(*) FROM duckdb_tables()")[0])


def _meta(connection: Any) -> dict[str, str]:
    (named,) = row(connection, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'meta'")
    return dict(connection.execute("SELECT name, value FROM meta").fetchall()) if named else {}


def _require_format(connection: Any, path: Path) -> None:
    found = _meta(connection).get("format", "")
    if not found.isdigit():
        raise InputError(str(path), "expected a history store, this is another database", "choose another --history")
    if int(found) != FORMAT:
        raise InputError(
            str(path), f"expected a store of format {FORMAT}, this is of format {found}", "use the version that made it"
        )


def _secret_of(connection: Any, path: Path) -> Secret:
    secret = read_secret(path)
    if _meta(connection).get("secret") != secret.name:
        raise InputError(
            str(path), "expected its own secret beside it, that is another store's", "keep the two together"
        )
    return secret


def _engine() -> Any:
    """The database engine, loaded when a store is used."""
    try:
        import duckdb
    except ImportError:
        raise DenialRiskError(
            "--history", "a history store needs DuckDB", "pip install 'denial-risk[history]'"
        ) from None
    return duckdb


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Tell failures of the engine in a line of our own: its messages may hold values."""
    engine = _engine()
    try:
        yield
    except engine.Error as error:
        faults = (engine.OperationalError, engine.InternalError, engine.FatalException, engine.PermissionException)
        if not isinstance(error, faults) and type(error) is not engine.Error:
            raise  # a query that is wrong is a bug, and not the file's fault
        raise InputError(str(path), *_meaning(str(error))) from None


#: What the engine says, what that means, and what to do.
_MEANINGS = (
    (r"lock on file|different configuration", "it is in use by another process", "wait for it to end"),
    (r"Permission denied|read-only", "cannot be read or written here", "check the rights of the file and its folder"),
    (r"No space left|File too large|could not write|Could not (write|truncate)|max_temp_directory_size",
     "there is no room to write", "make room; the store is as it was"),
    (r"version number|storage version|newer version", "expected a database that this version of DuckDB reads",
     "install the DuckDB that made it, or a later one"),
    (r"Out of Memory", "there is not enough memory", "add fewer claims at a time"),
)  # fmt: skip


def _meaning(message: str) -> tuple[str, str]:
    for pattern, expected, hint in _MEANINGS:
        if re.search(pattern, message, re.IGNORECASE):
            return expected, hint
    return "cannot be read as a history store, or is damaged", "restore it from a backup, or make it anew"

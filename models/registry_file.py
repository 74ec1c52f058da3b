"""The source of a registered model, read straight from MLflow's SQLite file.

Scoring needs one path; asking MLflow for it costs seconds of imports at every start of the command. The tables read
here are MLflow's own, so nothing can fall out of step; where they are not as expected, MLflow is asked after all.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlparse

NAME = "denial-risk"

_PREFIX = "sqlite:///"
_BY_ALIAS = """
    SELECT coalesce(v.storage_location, v.source) FROM model_versions AS v
    JOIN registered_model_aliases AS a ON a.name = v.name AND a.version = v.version
    WHERE a.name = ? AND a.alias = ?
"""
_BY_VERSION = """
    SELECT coalesce(v.storage_location, v.source) FROM model_versions AS v
    WHERE v.name = ? AND v.version = ? AND v.current_stage <> 'Deleted_Internal'
"""


def sqlite_file(tracking_uri: str) -> Path | None:
    """File of a ``sqlite:///`` tracking URI; None for any other store."""
    return Path(tracking_uri.removeprefix(_PREFIX)) if tracking_uri.startswith(_PREFIX) else None


def aliased_source(file: Path, alias_or_version: str) -> Path | None:
    """Local folder of the version with the alias or number; None where that cannot be told from the file alone."""
    by_version = alias_or_version.isdigit()
    wanted: str | int = int(alias_or_version) if by_version else alias_or_version
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as store:
            rows = store.execute(_BY_VERSION if by_version else _BY_ALIAS, (NAME, wanted)).fetchall()
    except sqlite3.Error:
        return None
    if len(rows) != 1:
        return None
    source = urlparse(str(rows[0][0]))
    folder = Path(unquote(source.path))
    return folder if source.scheme in ("", "file") and folder.is_dir() else None

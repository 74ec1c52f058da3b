"""One ``denial-risk.toml``: read, checked key by key, and every fault told with file, line and key."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from risk.errors import ConfigurationError
from risk.preferences import BANDS, QUEUE_ORDER
from risk.readers.csv_headers import contract_columns
from risk.rules import Severity
from risk.toml_lines import key_lines

HINT = "see docs/configuration.md"

#: Keys of ``[thresholds]``: where bands begin, and from which risk claims are flagged or the run fails.
BAND_KEYS = tuple(name for name in BANDS if name != "low")
THRESHOLDS = (*BAND_KEYS, "flag", "precision", "fail_above")


@dataclass(frozen=True, order=True)
class Place:
    """Where a key was set; reads as messages begin."""

    file: str
    line: int
    key: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, {self.key}" if self.line else f"{self.file}, {self.key}"


@dataclass
class Settings:
    """What one file says, by dotted key (``severity.DX004``), and where it says it; paths are absolute."""

    values: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)


def read_settings(path: Path) -> Settings:
    """Settings of one file; none where there is no such file.

    Raises :class:`risk.errors.ConfigurationError` for a file that cannot be read, or a key or value that may not be.
    """
    text, document = _document(path)
    lines = key_lines(text)
    settings = Settings()

    def place(*keys: str) -> Place:
        line = next((lines[keys[:n]] for n in range(len(keys), 0, -1) if keys[:n] in lines), 0)
        return Place(str(path), line, ".".join(keys))

    for key, value in document.items():
        where = place(key)
        if key in _TABLES:
            if not isinstance(value, dict):
                raise ConfigurationError(
                    str(where), f"expected a table [{key}] with lines such as {_TABLES[key]}", HINT
                )
            for name, own in value.items():
                _set(settings, f"{key}.{name}", own, place(key, name), _check_in_table(key, name), path.parent)
        elif key in _CHECKS:
            _set(settings, key, value, where, _CHECKS[key], path.parent)
        else:
            raise _unknown_key(str(where), key, KEYS)
    return settings


Check = Callable[[Any, str, Path], Any]


def _set(settings: Settings, key: str, value: Any, place: Place, check: Check | None, base: Path) -> None:
    if check is None:
        table, _, name = key.partition(".")
        raise _unknown_key(str(place), name, KEYS_OF_TABLES[table])
    settings.values[key] = check(value, str(place), base)
    settings.places[key] = place


def _document(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return text, tomllib.loads(text)
    except (FileNotFoundError, NotADirectoryError):
        return "", {}
    except OSError as error:
        raise ConfigurationError(str(path), "expected a readable file", error.strerror or "") from None
    except UnicodeDecodeError:
        raise ConfigurationError(str(path), "expected UTF-8 text", HINT) from None
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line \d+, column \d+|end of document", str(error))
        raise ConfigurationError(f"{path}, {at[0]}" if at else str(path), "expected valid TOML", HINT) from None


def _unknown_key(where: str, key: str, known: Iterable[str]) -> ConfigurationError:
    return ConfigurationError(where, f"expected one of {', '.join(known)}", nearest(key, known) or HINT)


def nearest(word: str, known: Iterable[str]) -> str:
    """``did you mean …?`` with the known word most like another; nothing where none is."""
    by_case = {one.casefold(): one for one in known}
    near = difflib.get_close_matches(word.casefold(), by_case, n=1)
    return f"did you mean {by_case[near[0]]}?" if near else ""


# ── values ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _file(value: Any, where: str, base: Path) -> Path:
    if not isinstance(value, str) or not value.strip():
        raise ConfigurationError(where, "expected the path of a file, as text", HINT)
    path = _path(base, value)
    if not path.is_file():
        raise ConfigurationError(where, f"expected a file, and {path} is none", HINT)
    return path


def _folders(value: Any, where: str, base: Path) -> tuple[Path, ...]:
    texts = _texts([value] if isinstance(value, str) else value, where, "the path of a folder, or a list of them")
    folders = tuple(dict.fromkeys(_path(base, text) for text in texts))
    for folder in folders:
        if not folder.is_dir():
            raise ConfigurationError(where, f"expected a folder, and {folder} is none", HINT)
    return folders


def _path(base: Path, text: str) -> Path:
    try:
        return base / Path(text).expanduser()
    except RuntimeError:  # the home of a user there is not
        return base / text


def _words(value: Any, where: str, _base: Path) -> tuple[str, ...]:
    return _texts(value, where, 'a list of rule ids, prefixes or categories, such as ["PTP", "DX004"]')


def _names(value: Any, where: str, _base: Path) -> tuple[str, ...]:
    return _texts(value, where, 'a list of column names, such as ["claim_id", "denial_risk"]')


def _texts(value: Any, where: str, expected: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise ConfigurationError(where, f"expected {expected}", HINT)
    return tuple(one.strip() for one in value)


def _severity(value: Any, where: str, _base: Path) -> Severity:
    return Severity(_one_of(value, where, tuple(Severity)))


def _team(value: Any, where: str, _base: Path) -> str:
    return _one_of(value, where, QUEUE_ORDER)


def _one_of(value: Any, where: str, known: tuple[str, ...]) -> str:
    if value not in known:
        near = nearest(value, known) if isinstance(value, str) else ""
        raise ConfigurationError(where, f"expected one of {', '.join(known)}", near or HINT)
    return str(value)


def _probability(value: Any, where: str, _base: Path) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ConfigurationError(where, "expected a probability from 0 to 1", HINT)
    return float(value)


def _column(value: Any, where: str, _base: Path) -> str:
    if not isinstance(value, str) or (value and value not in contract_columns()):
        near = nearest(value, contract_columns()) if isinstance(value, str) else ""
        raise ConfigurationError(where, 'expected a column of docs/csv.md, or "" to leave the header out', near or HINT)
    return value


_CHECKS: dict[str, Check] = {"payer_terms": _file, "rules_folder": _folders, "select": _words, "ignore": _words}

#: Tables, and a line as each may have it.
_TABLES = {
    "severity": 'DX004 = "deny"',
    "thresholds": "high = 0.30",
    "queues": 'documentation = "coding"',
    "columns": '"Their header" = "claim_id"',
    "dollars": 'ratios = "ratios.csv"',
    "output": 'columns = ["claim_id", "denial_risk"]',
}

#: Every key and table of the file.
KEYS = (*_CHECKS, *_TABLES)

#: Tables whose keys are given, and their keys; in the others any key may be.
KEYS_OF_TABLES = {"thresholds": THRESHOLDS, "dollars": ("ratios",), "output": ("columns",)}

_OF_TABLES: dict[str, Check] = {
    "severity": _severity,
    "thresholds": _probability,
    "queues": _team,
    "columns": _column,
    "dollars": _file,
    "output": _names,
}


def _check_in_table(table: str, name: str) -> Check | None:
    return _OF_TABLES[table] if name in KEYS_OF_TABLES.get(table, (name,)) else None

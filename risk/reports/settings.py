"""What is in force, and from where: ``denial-risk.toml`` and the environment, as people read them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.store import tracking_uri
from risk.configuration import Configuration, bands_of
from risk.configuration_file import THRESHOLDS, Place
from risk.preferences import Preferences
from risk.reference.home import HOME_VARIABLE, cache_folder, config_folder, data_folder
from risk.reports.printable import json_safe, printable
from risk.rules import Reason

STORE_VARIABLE = "MLFLOW_TRACKING_URI"

FORMATS = ("table", "jsonl", "toml")

#: Settings of the environment alone.
OUTSIDE = ("config_folder", "data_folder", "cache_folder", "model_store")

#: Built-in values that are nothing, as the table words them.
_NOTHING = {"select": "all rules", "output.columns": "all", "rules_folder": "none", "ignore": "none"}


@dataclass(frozen=True)
class Setting:
    """One setting: ``value`` as JSON has it, None where it is not set.

    Where it is from is a ``place`` in a file, a ``variable``, or neither: then it is built in. ``key`` is the dotted
    key of the file; of what only the environment says, a name of its own.
    """

    key: str
    value: Any
    place: Place | None = None
    variable: str | None = None

    @property
    def source(self) -> str:
        """``file``, ``environment`` or ``built in``."""
        return "file" if self.place else "environment" if self.variable else "built in"

    @property
    def told(self) -> str:
        """Where it is from, for people."""
        if self.place:
            return f"{self.place.file}, line {self.place.line}"
        return f"environment, {self.variable}" if self.variable else "built in"


def settings_in_force(configuration: Configuration) -> list[Setting]:
    """Every setting in the order of docs/configuration.md, then folders and model store."""
    thresholds: dict[str, float | None] = dict.fromkeys(THRESHOLDS)
    thresholds |= {name: bound for name, bound in bands_of(configuration).items() if name != "low"}
    thresholds |= configuration.thresholds
    if thresholds["flag"] is None and thresholds["precision"] is None:
        thresholds["flag"] = thresholds["high"]
    preferences = Preferences(queues=configuration.queues)
    queues = {str(one): preferences.queue_of_reason(one) for one in Reason} | dict(configuration.queues)
    values: dict[str, Any] = {
        "payer_terms": configuration.payer_terms and str(configuration.payer_terms),
        "rules_folder": [str(one) for one in configuration.rules_folders],
        "select": list(configuration.select),
        "ignore": list(configuration.ignore),
    }
    tables: tuple[tuple[str, Mapping[str, Any]], ...] = (
        ("severity", configuration.severity),
        ("thresholds", thresholds),
        ("queues", queues),
        ("columns", configuration.columns),
    )
    values |= {f"{table}.{name}": value for table, own in tables for name, value in own.items()}
    values["dollars.ratios"] = configuration.ratios and str(configuration.ratios)
    values["output.columns"] = list(configuration.output_columns)
    return [Setting(key, value, configuration.places.get(key)) for key, value in values.items()] + _environment()


def _environment() -> list[Setting]:
    home = HOME_VARIABLE if os.environ.get(HOME_VARIABLE, "").strip() else None
    store = STORE_VARIABLE if os.environ.get(STORE_VARIABLE) else None
    *names, last = OUTSIDE
    paths = (config_folder(), data_folder(), cache_folder())
    folders = [Setting(name, str(path), variable=home) for name, path in zip(names, paths, strict=True)]
    return [*folders, Setting(last, _without_secrets(tracking_uri()), variable=store)]


def _without_secrets(uri: str) -> str:
    """URI without account, password and parameters, which may be keys."""
    return re.sub(r"\?.*", "?…", re.sub(r"(?<=//)[^/]*@", "…@", uri))


def settings_text(settings: Sequence[Setting], format_name: str) -> str:
    """Settings in one of ``FORMATS``, with a line break at the end."""
    lines = {"table": _table, "jsonl": _jsonl, "toml": _toml}[format_name](settings)
    return "\n".join(lines) + "\n"


def _table(settings: Sequence[Setting]) -> list[str]:
    rows = [tuple(map(printable, (one.key, _worded(one), one.told))) for one in settings]
    widths = [min(max(len(row[column]) for row in rows), 60) for column in (0, 1)]
    return [f"{key:<{widths[0]}}  {value:<{widths[1]}}  {told}" for key, value, told in rows]


def _worded(one: Setting) -> str:
    if one.value is None:
        return "not set"
    if isinstance(one.value, list):
        return ", ".join(one.value) or _NOTHING.get(one.key, "none")
    return str(one.value) or '""'


def _jsonl(settings: Sequence[Setting]) -> list[str]:
    return [
        json_safe(
            json.dumps(
                {
                    "key": one.key,
                    "value": one.value,
                    "source": one.source,
                    "file": one.place.file if one.place else None,
                    "line": one.place.line if one.place else None,
                    "variable": one.variable,
                },
                ensure_ascii=False,
            )
        )
        for one in settings
    ]


def _toml(settings: Sequence[Setting]) -> list[str]:
    """A ``denial-risk.toml`` that says the same; what is not set, or not in the file's power, is a comment."""
    lines: list[str] = []
    table = ""
    for one in settings:
        own, _, name = one.key.partition(".")
        if name and own != table:
            table = own
            lines += ["", f"[{table}]"]
        if one.key in OUTSIDE:
            lines += ["", "# not set by this file:"] if one.key == OUTSIDE[0] else []
            lines.append(printable(f"# {own}: {one.value} ({one.told})"))
        elif one.value is None:
            lines.append(f"# {_toml_key(name or own)}: not set")
        else:
            lines.append(f"{_toml_key(name or own)} = {_toml_value(one.value)}  # {printable(one.told)}")
    return lines


def _toml_key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml_value(name)


def _toml_value(value: Any) -> str:
    """Strings of JSON are strings of TOML, but for the one control character that JSON leaves as it is."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

"""All that a scorer is made of as one folder, so that another machine can make the same."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import chdir
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from risk.cli._scorer import ScorerOptions
from risk.configuration import FILE, Configuration, load_configuration
from risk.past.secret import secret_file
from risk.reference.home import HOME_VARIABLE, cache_folder, data_folder
from risk.scoring import Scorer

_MODEL, _HISTORY, _CONFIG = "model", "history", "config"


@dataclass(frozen=True)
class Kit:
    """Makes a scorer from a folder that :func:`pack` filled.

    ``model`` is the digest of the model, None without one; ``rules`` are the ids of those that apply, ``history`` the
    name of the file of past claims.
    """

    model: str | None
    rules: tuple[str, ...]
    history: str | None

    def __call__(self, folder: Path) -> Scorer:
        """Make the scorer; this process takes the folder for the user's home from now on."""
        folder = folder.absolute()
        os.environ[HOME_VARIABLE] = str(folder)
        history = None if self.history is None else folder / _HISTORY / self.history
        name = None if self.model is None else str(folder / _MODEL)
        with chdir(folder):  # no configuration of another folder is read
            scorer = ScorerOptions(name, None, self.rules, (), history, quiet=True)()
        if scorer.model is None or self.model is None:
            return scorer
        return replace(scorer, model=replace(scorer.model, digest=self.model))


def pack(options: ScorerOptions, scorer: Scorer, folder: Path) -> Kit:
    """Put what a scorer was made of into a folder: model, configuration, own rules, imported tables, past claims."""
    if scorer.model is not None:
        from models.storage import save_model

        save_model(scorer.model, folder / _MODEL)
    _copy(data_folder() / "reference", folder / "data" / "reference")
    for compiled in cache_folder().glob("icd10cm-*/"):
        _copy(compiled, folder / "cache" / compiled.name)
    history = None
    if options.history is not None:
        history = options.history.name
        (folder / _HISTORY).mkdir()
        for path in (options.history, secret_file(options.history)):  # the second is of a history store alone
            if path.exists():
                shutil.copy(path, folder / _HISTORY / path.name)
    (folder / _CONFIG).mkdir()
    _write_configuration(load_configuration(), options.payer_terms, folder / _CONFIG)
    digest = None if scorer.model is None else scorer.model.digest
    return Kit(digest, tuple(one.id for one in scorer.rules), history)


def _write_configuration(configuration: Configuration, payer_terms: Path | None, folder: Path) -> None:
    """What the user configured and a scorer goes by, with all files that it names beside it."""
    lines = []
    for key, path in (("payer_terms", payer_terms or configuration.payer_terms), ("ratios", configuration.ratios)):
        if path is not None:
            shutil.copy(path, folder / f"{key}{path.suffix}")
    rules = [f"rules_{number}" for number in range(len(configuration.rules_folders))]
    for name, own in zip(rules, configuration.rules_folders, strict=True):
        _copy(own, folder / name)
    if (terms := payer_terms or configuration.payer_terms) is not None:
        lines.append(_line("payer_terms", f"payer_terms{terms.suffix}"))
    if rules:
        lines.append(_line("rules_folder", rules))
    if configuration.ratios is not None:
        lines += ["[dollars]", _line("ratios", f"ratios{configuration.ratios.suffix}")]
    bands = {name: bound for name, bound in configuration.thresholds.items() if name in ("medium", "high", "critical")}
    tables: dict[str, Mapping[str, Any]] = {
        "severity": {rule_id: str(one) for rule_id, one in configuration.severity.items()},
        "thresholds": bands,
        "queues": configuration.queues,
    }
    for name, values in tables.items():
        lines += [f"[{name}]", *(_line(key, value) for key, value in values.items())] if values else []
    (folder / FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _line(key: str, value: Any) -> str:
    return f"{json.dumps(key)} = {json.dumps(value)}"  # texts, numbers and lists of TOML are written as those of JSON


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)

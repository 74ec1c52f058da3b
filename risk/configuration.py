"""``denial-risk.toml``: what holds for every run in a folder, or for every run of a user (docs/configuration.md).

The file of the working folder wins over the user's, key by key; an option on the command line wins over both. Every
fault ends in one line: file, key, what was expected.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from risk.errors import ConfigurationError
from risk.reference.home import config_folder
from risk.rules import Rule, Severity, catalogue, matches, own_rules, select_rules

FILE = "denial-risk.toml"
KEYS = ("payer_terms", "rules_folder", "select", "ignore", "severity")
HINT = "see docs/configuration.md"


@dataclass(frozen=True)
class Configuration:
    """What the files say; empty where they say nothing. Paths are absolute.

    ``places`` is for messages: by key (``severity.DX004`` for one severity) the file that set it, and the key; by the
    key alone where no file did.
    """

    payer_terms: Path | None = None
    rules_folders: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)

    def place(self, key: str) -> str:
        """Where a key was set, as messages begin."""
        return self.places.get(key, key)


def load_configuration(folder: Path | None = None) -> Configuration:
    """Read the user's file, and that of ``folder`` (the working folder, unless given) over it; either may be absent.

    Raises :class:`risk.errors.ConfigurationError` for a file that cannot be read or says what it may not.
    """
    settings: dict[str, Any] = {}
    severity: dict[str, Severity] = {}
    places: dict[str, str] = {}
    for path in dict.fromkeys(one.absolute() / FILE for one in (config_folder(), folder or Path.cwd())):
        own = _read(path)
        of_rules = own.pop("severity", {})
        severity |= of_rules
        settings |= own
        places |= {f"severity.{rule_id}": f"{path}, severity.{rule_id}" for rule_id in of_rules}
        places |= {key: f"{path}, {key}" for key in own}
    return Configuration(**settings, severity=severity, places=places)


def known_rules(configuration: Configuration) -> dict[str, Rule]:
    """All rules of a run by id, in id order: those of the catalogue and the user's own, severities as configured.

    Imports the user's rules anew. Raises :class:`risk.errors.RuleError` for one that cannot be taken, and
    :class:`risk.errors.ConfigurationError` for an id or word of the configuration that means no rule.
    """
    rules = dict(catalogue())
    for folder in configuration.rules_folders:
        rules |= own_rules(folder, rules)
    for rule_id, severity in configuration.severity.items():
        if rule_id not in rules:
            raise _unknown(configuration.place(f"severity.{rule_id}"), "the id of a rule")
        rules[rule_id] = replace(rules[rule_id], severity=severity)
    for key, words in (("select", configuration.select), ("ignore", configuration.ignore)):
        for word in words:
            if not any(matches(one, word) for one in rules.values()):
                raise _unknown(f"{configuration.place(key)}, {word!r}", "a rule id, prefix or category")
    return dict(sorted(rules.items()))


def chosen_rules(
    configuration: Configuration, select: Sequence[str] | None = None, ignore: Sequence[str] | None = None
) -> list[Rule]:
    """Rules to apply, never none of them.

    Words given for ``select`` take the place of both lists of the configuration, since who names a rule wants it;
    words for ``ignore`` that of its ``ignore``. Raises as :func:`known_rules` does, and where no rule is left.
    """
    if ignore is None:
        ignore = configuration.ignore if select is None else ()
    wanted = configuration.select if select is None else select
    rules = select_rules(wanted, ignore, known_rules(configuration))
    if not rules:
        raise ConfigurationError(
            "--select, --ignore or denial-risk.toml", "expected at least one rule to be left", "ignore fewer of them"
        )
    return rules


def _unknown(where: str, expected: str) -> ConfigurationError:
    return ConfigurationError(where, f"expected {expected}", "run `denial-risk rule` for the list")


def _read(path: Path) -> dict[str, Any]:
    """Settings of one file, by the names of :class:`Configuration`; none where there is no such file."""
    try:
        document = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise ConfigurationError(str(path), "expected a readable file", error.strerror or "") from None
    except UnicodeDecodeError:
        raise ConfigurationError(str(path), "expected UTF-8 text", HINT) from None
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line \d+, column \d+|end of document", str(error))
        raise ConfigurationError(f"{path}, {at[0]}" if at else str(path), "expected valid TOML", HINT) from None
    for key in document:
        if key not in KEYS:
            raise ConfigurationError(f"{path}, {key}", f"expected one of {', '.join(KEYS)}", HINT)
    own: dict[str, Any] = {}
    for key, value in document.items():
        where = f"{path}, {key}"
        if key == "payer_terms":
            own[key] = _payer_terms(value, path.parent, where)
        elif key == "rules_folder":
            own["rules_folders"] = _folders(value, path.parent, where)
        elif key == "severity":
            own[key] = _severities(value, where)
        else:
            own[key] = _texts(value, where, 'a list of rule ids, prefixes or categories, such as ["PTP", "DX004"]')
    return own


def _payer_terms(value: Any, base: Path, where: str) -> Path:
    if not isinstance(value, str) or not value.strip():
        raise ConfigurationError(where, "expected the path of a file, as text", HINT)
    path = _path(base, value)
    if not path.is_file():
        raise ConfigurationError(where, f"expected a file, and {path} is none", "see docs/payer_terms.md")
    return path


def _folders(value: Any, base: Path, where: str) -> tuple[Path, ...]:
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


def _severities(value: Any, where: str) -> dict[str, Severity]:
    if not isinstance(value, dict):
        raise ConfigurationError(where, 'expected a table [severity] with lines such as DX004 = "deny"', HINT)
    for rule_id, word in value.items():
        if word not in list(Severity):
            raise ConfigurationError(f"{where}.{rule_id}", f"expected one of {', '.join(Severity)}", HINT)
    return {rule_id: Severity(word) for rule_id, word in value.items()}


def _texts(value: Any, where: str, expected: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise ConfigurationError(where, f"expected {expected}", HINT)
    return tuple(one.strip() for one in value)

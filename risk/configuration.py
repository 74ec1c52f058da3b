"""``denial-risk.toml``: what holds for every run in a folder, or for every run of a user (docs/configuration.md).

The file of the working folder wins over the user's, key by key; an option on the command line wins over both. Every
fault ends in one line: file, line, key, what was expected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from risk.allowed_table import AllowedTable, read_allowed_table
from risk.configuration_file import BAND_KEYS, HINT, Place, nearest, read_settings
from risk.errors import ConfigurationError
from risk.preferences import BANDS, Preferences
from risk.reference.home import config_folder
from risk.rules import Reason, Rule, Severity, catalogue, matches, own_rules, select_rules

FILE = "denial-risk.toml"

#: Thresholds of which one takes the place of the other.
_EITHER = ("thresholds.flag", "thresholds.precision")


@dataclass(frozen=True)
class Configuration:
    """What the files say; empty where they say nothing. Paths are absolute.

    Attributes
    ----------
    payer_terms, rules_folders, select, ignore, severity
        Terms of contracts, the user's own rules, which rules to apply, how severe they are.
    thresholds
        ``medium``, ``high``, ``critical`` (where bands begin), ``flag``, ``precision``, ``fail_above``: those that are
        set.
    queues
        Team by reason, category, rule id or beginning of one.
    columns
        Column of the contract by header of a CSV.
    ratios
        The user's own table of allowed amounts.
    output_columns
        Columns of CSV and workbook; empty: all.
    places
        By dotted key (``severity.DX004``) where it was set.
    files
        The files that were there.
    """

    payer_terms: Path | None = None
    rules_folders: tuple[Path, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    queues: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    ratios: Path | None = None
    output_columns: tuple[str, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)
    files: tuple[Path, ...] = ()

    @property
    def named_files(self) -> tuple[Path, ...]:
        """The files themselves, and those that they name."""
        return (*self.files, *(one for one in (self.payer_terms, self.ratios) if one is not None))

    def place(self, key: str) -> str:
        """Where a key was set, as messages begin."""
        return str(self.places.get(key, key))


#: Attribute by key of the file, where they are not of one name.
_ATTRIBUTES = {"rules_folder": "rules_folders", "dollars.ratios": "ratios", "output.columns": "output_columns"}


def load_configuration(folder: Path | None = None) -> Configuration:
    """Read the user's file, and that of ``folder`` (the working folder, unless given) over it; either may be absent.

    Raises :class:`risk.errors.ConfigurationError` for a file that cannot be read or says what it may not.
    """
    values: dict[str, Any] = {}
    places: dict[str, Place] = {}
    paths = list(dict.fromkeys(one.absolute() / FILE for one in (config_folder(), folder or Path.cwd())))
    for path in paths:
        own = read_settings(path)
        if either := [key for key in _EITHER if key in own.values]:
            if len(either) > 1:
                raise ConfigurationError(str(own.places[either[1]]), "expected either flag or precision", HINT)
            for key in _EITHER:
                values.pop(key, None)
                places.pop(key, None)
        values |= own.values
        places |= own.places
    said: dict[str, Any] = {}
    for key, value in values.items():
        table, _, name = key.partition(".")
        if key in _ATTRIBUTES or not name:
            said[_ATTRIBUTES.get(key, key)] = value
        else:
            said.setdefault(table, {})[name] = value
    files = tuple(path for path in paths if path.is_file())
    configuration = Configuration(**said, places=places, files=files)
    _require_ascending(configuration)
    return configuration


def bands_of(configuration: Configuration) -> dict[str, float]:
    """Lower bound of every band, as configured or built in."""
    return {name: configuration.thresholds.get(name, bound) for name, bound in BANDS.items()}


def _require_ascending(configuration: Configuration) -> None:
    bounds = list(bands_of(configuration).items())
    for (below, low), (name, high) in pairwise(bounds):
        if low >= high:
            key = max((f"thresholds.{one}" for one in (below, name)), key=lambda one: one in configuration.places)
            expected = f"expected {', '.join(BAND_KEYS)} above 0 and each above the one before"
            told = ", ".join(f"{one} {bound:g}" for one, bound in bounds[1:])
            raise ConfigurationError(configuration.place(key), f"{expected}; they are {told}", HINT)


def preferences_of(configuration: Configuration) -> Preferences:
    """Bands, queues and allowed amounts as configured.

    Reads the table of ratios; raises :class:`risk.errors.ReferenceDataError` for one that is not as it should be.
    """
    table = read_allowed_table(configuration.ratios) if configuration.ratios else AllowedTable()
    return Preferences(bands_of(configuration), dict(configuration.queues), table)


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
            raise _unknown(configuration.place(f"severity.{rule_id}"), "the id of a rule", rule_id, rules)
        rules[rule_id] = replace(rules[rule_id], severity=severity)
    meant = [*rules, *sorted({one.category for one in rules.values()})]
    for key, words in (("select", configuration.select), ("ignore", configuration.ignore)):
        for word in words:
            if not any(matches(one, word) for one in rules.values()):
                where = f"{configuration.place(key)}, {word!r}"
                raise _unknown(where, "a rule id, prefix or category", word, meant)
    for word in configuration.queues:
        if word not in list(Reason) and not any(matches(one, word) for one in rules.values()):
            expected = "a reason, a rule category, a rule id or the beginning of one"
            raise _unknown(configuration.place(f"queues.{word}"), expected, word, [*Reason, *meant])
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


def _unknown(where: str, expected: str, word: str, known: Sequence[str] | Mapping[str, Any]) -> ConfigurationError:
    listing = "run `denial-risk rule` for the list"
    near = nearest(word, known)
    return ConfigurationError(where, f"expected {expected}", f"{near} {listing}" if near else listing)

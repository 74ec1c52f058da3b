"""Named groups of diagnoses: what rules mean by "radicular" or "a definite cause".

The groups are data, each with its source: ``data/dx_groups.toml``. A group's code stands for everything below it.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from risk.claims.columns import holds
from risk.errors import ReferenceDataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

FILE = "dx_groups.toml"


@dataclass(frozen=True)
class DxGroups:
    """Groups by name; build one with :func:`load_dx_groups`.

    Attributes
    ----------
    prefixes
        Codes of each group, upper case without dot, those of included groups among them.
    sources
        Where each grouping comes from.
    version
        Edition and digest of the data.
    """

    prefixes: Mapping[str, tuple[str, ...]]
    sources: Mapping[str, str]
    version: str

    def codes(self, group: str) -> tuple[str, ...]:
        """Codes of a group, each standing for itself and everything below it.

        Raises :class:`risk.errors.ReferenceDataError` for a group that does not exist.
        """
        try:
            return self.prefixes[group]
        except KeyError:
            known = ", ".join(sorted(self.prefixes))
            raise ReferenceDataError(f"diagnosis group {group!r}", f"expected one of {known}") from None

    def matches(self, group: str, codes: pd.Series) -> pd.Series:
        """Whether each code belongs to a group: bool, aligned with ``codes``; null belongs to none."""
        return pd.Series(self.of_group(codes, group), index=codes.index)

    def of_group(self, codes: pd.Series, group: str) -> NDArray[np.bool_]:
        """Whether each code belongs to a group: bool, in row order."""
        prefixes = self.codes(group)
        return holds(codes, lambda code: code.startswith(prefixes))


def load_dx_groups() -> DxGroups:
    """Load the shipped groups."""
    return parse_dx_groups((Path(__file__).parent / "data" / FILE).read_bytes())


def parse_dx_groups(content: bytes) -> DxGroups:
    """Read groups from TOML.

    Raises :class:`risk.errors.ReferenceDataError` where a group has no codes or no source, or includes one that comes
    after it.
    """
    try:
        data: dict[str, Any] = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise ReferenceDataError(FILE, "expected a TOML file in UTF-8") from problem
    prefixes: dict[str, tuple[str, ...]] = {}
    sources: dict[str, str] = {}
    for name, group in data.get("groups", {}).items():
        if not group.get("codes") or not group.get("source"):
            raise ReferenceDataError(f"{FILE}, group {name}", "expected codes and a source")
        own = [code.replace(".", "").upper() for code in group["codes"]]
        for included in group.get("includes", ()):
            if included not in prefixes:
                raise ReferenceDataError(f"{FILE}, group {name}", "expected included groups to be defined above it")
            own += prefixes[included]
        prefixes[name], sources[name] = tuple(sorted(set(own))), group["source"]
    if not prefixes:
        raise ReferenceDataError(FILE, "expected at least one group")
    digest = hashlib.sha256(content).hexdigest()[:12]
    return DxGroups(prefixes, sources, f"dx_groups-{data.get('edition', 'undated')}-{digest}")

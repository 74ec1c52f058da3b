"""National provider identifiers of invented providers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from synthetic_data.catalogue import Array


def make_npis(numbers: Array) -> Array:
    """Ten-digit NPIs that pass the check digit (Luhn over the prefix 80840; CMS NPI standard).

    They start with 1, from the number 100,000,000 on with 2.
    """
    stems = 100_000_000 + np.asarray(numbers)
    total = np.full(len(stems), 24)
    for place in range(9):
        digit = stems // 10**place % 10
        doubled = digit * 2
        total += np.where(place % 2 == 0, doubled - 9 * (doubled > 9), digit)
    return np.array([f"{stem}{check}" for stem, check in zip(stems, -total % 10, strict=True)], dtype=object)

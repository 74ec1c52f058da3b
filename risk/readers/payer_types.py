"""Claim filing indicators of a whole column at once, as :func:`risk.readers.claims_837_fields.payer_type` reads one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from risk.readers.claims_837_fields import PAYER_TYPE_OF_INDICATOR, payer_type
from risk.readers.words import Words, upper

if TYPE_CHECKING:
    from risk.readers.tokens import Array, Tokens

_INDICATORS = Words(list(PAYER_TYPE_OF_INDICATOR))
#: Payer types by rank; the last is that of any indicator the table does not have.
PAYER_TYPE_NAMES = pa.array([*PAYER_TYPE_OF_INDICATOR.values(), payer_type("")], pa.large_string())


def payer_type_ranks(tokens: Tokens, start: Array, end: Array) -> tuple[Array, Array]:
    """Rank of each span's payer type in :data:`PAYER_TYPE_NAMES`; every span has one."""
    index = _INDICATORS.find(upper(tokens.key(start, end))).astype(np.int64)
    return np.where(index < 0, len(PAYER_TYPE_OF_INDICATOR), index), np.ones(len(index), dtype=bool)

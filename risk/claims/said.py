"""Whether a claim came from a file that could say more: a gap in a CSV may be the file's, in an 837 it is the claim's.

Looks at the claim alone, so that it is judged the same alone as among others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from risk.claims.columns import absent

if TYPE_CHECKING:
    from risk.claims.tables import ClaimBatch


def says_what_an_837_says(batch: ClaimBatch) -> NDArray[np.bool_]:
    """Whether each claim has what every 837 says and hardly a CSV does, by claim_key: SBR01 and CLM07.

    What an 837 can carry is then absent from the claim, and not for want of a column. A CSV made of an 837 has these
    columns too, and those of its claims that say anything.
    """
    claims = batch.claims
    return ~(absent(claims["payer_responsibility_code"]) | absent(claims["assignment_code"]))

"""Claims whose notes call pain intractable, and what stands behind the word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from risk.claims.columns import holds, one_of, rows_where
from risk.claims.frames import frame_of
from risk.notes import note_facts
from risk.reference._remember import remember_last

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from risk.claims.tables import ClaimBatch
    from risk.reference import Reference

#: Chapters whose codes name no cause of pain: symptoms (R), external causes (V–Y), factors influencing health (Z).
_NO_CAUSE = ("R", "V", "W", "X", "Y", "Z")
_PAIN = ("nonspecific_pain", "pain_symptom", "pain_g89")
_CAUSES = ("structural_cause", "radicular", "epidural_supported", "sacroiliac_supported")
#: Stands for the number of the line where a note is of the claim, so that it comes before those of lines.
_OF_CLAIM = -1


@remember_last
def intractable_pain(batch: ClaimBatch, reference: Reference) -> pd.DataFrame:
    """Claims whose own notes assert intractable pain, one row each.

    Columns: ``claim_key``; ``line_number`` of the first line note that asserts it, null where a note of the claim does;
    ``cause`` and ``failed_treatment``, whether the claim or its notes show one. Intractable epilepsy, migraine and
    headache have codes that say so and are left out; so is what is intractable but no pain.
    """
    facts = note_facts(batch)
    intractable = one_of(facts["fact"], ["intractable"]) & one_of(facts["state"], ["asserted"])
    asserted = rows_where(facts, intractable & one_of(facts["detail"], ["pain", "unspecified"]))
    if asserted.empty:
        return asserted
    facts_of, diagnosed = facts["claim_key"].to_numpy(), batch.diagnoses["claim_key"].to_numpy()
    coded = reference.dx_groups.of_group(batch.diagnoses["dx_code"], "intractable_headache_epilepsy")
    with_own_code = np.isin(asserted["claim_key"].to_numpy(), diagnosed[coded])
    asserted = rows_where(asserted, one_of(asserted["detail"], ["pain"]) | ~with_own_code)
    claims, numbers = asserted["claim_key"].to_numpy(), asserted["line_number"].array
    order = np.lexsort((numbers.to_numpy(dtype="int64", na_value=_OF_CLAIM), claims))
    keys, first = np.unique(claims[order], return_index=True)
    noted = one_of(facts["fact"], ["cause"]) & one_of(facts["state"], ["asserted"])
    treated = one_of(facts["fact"], ["treatment"]) & one_of(facts["state"], ["done_failed", "contraindicated"])
    caused = np.isin(keys, facts_of[noted]) | np.isin(keys, diagnosed[_tell_cause(batch.diagnoses, reference)])
    return frame_of(
        {
            "claim_key": keys,
            "line_number": numbers.take(order[first]),
            "cause": caused,
            "failed_treatment": np.isin(keys, facts_of[treated]),
        },
        pd.RangeIndex(len(keys)),
    )


def _tell_cause(diagnoses: pd.DataFrame, reference: Reference) -> NDArray[np.bool_]:
    """Whether each diagnosis causes spinal pain, or is a principal one that is a condition, not a symptom."""
    codes = diagnoses["dx_code"]
    causes, pain = (
        np.logical_or.reduce([reference.dx_groups.of_group(codes, group) for group in groups])
        for groups in (_CAUSES, _PAIN)
    )
    principal = diagnoses["dx_position"].to_numpy(dtype="int64", na_value=0) == 1
    condition = principal & ~pain & ~holds(codes, lambda code: code.startswith(_NO_CAUSE))
    tell: NDArray[np.bool_] = causes | condition
    return tell

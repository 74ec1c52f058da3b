"""Claims that stand in labelled data more than once, and would be learnt from in one part and tested in another."""

from __future__ import annotations

import numpy as np
import pandas as pd

from risk.claims.tables import TABLES, ClaimBatch
from risk.labelled import Labelled, submitted_on

#: Columns of ``claims`` that say which copy it is and not what was billed.
_OF_THE_COPY = ("claim_key", "claim_id", "source_file", "source_offset", "submission_date")


def without_repeats(labelled: Labelled) -> tuple[Labelled, int]:
    """Keep of each claim the copy that was submitted first (of one day: that stands first), and count the others.

    Two rows are one claim where they have

    - the same claim id and the same first and last date of service: it was sent again, or exported twice. An id that
      comes back with other dates of service is an account number, and both claims stay;
    - the same content and the same outcome (denied or not, reason, CARC, date of the remittance) under two ids.

    The same content with another outcome is a second bill, which the payer has judged by itself: it stays.
    """
    batch = labelled.batch
    order = np.argsort(submitted_on(batch).to_numpy(), kind="stable")  # unknown days last
    again = np.zeros(len(batch), dtype=bool)
    for identity in (_sent_again(batch), _same_content(labelled)):
        again[order] |= (
            identity.iloc[order].duplicated().to_numpy() & identity.iloc[order].notna().all(axis=1).to_numpy()
        )
    if not again.any():
        return labelled, 0
    return labelled.select(np.flatnonzero(~again)), int(again.sum())


def _sent_again(batch: ClaimBatch) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "claim_id": batch.claims["claim_id"].to_numpy(),
            "first": batch.first_service_date.to_numpy(),
            "last": batch.last_service_date.to_numpy(),
        }
    )


def _same_content(labelled: Labelled) -> pd.DataFrame:
    """Digests of what was billed and of how it was answered, one row per claim."""
    batch = labelled.batch
    answer = labelled.outcomes[["denied", "denial_reason", "carc", "remit_date"]].astype("str").fillna("")
    content = pd.util.hash_pandas_object(batch.claims.drop(columns=list(_OF_THE_COPY)), index=False).to_numpy()
    for name in TABLES:
        table = getattr(batch, name)
        if name == "claims" or table.empty:
            continue
        rows = pd.util.hash_pandas_object(table.drop(columns="claim_key"), index=False)
        summed = rows.groupby(table["claim_key"].to_numpy()).sum()  # wraps around; the order of rows says nothing
        content = content * np.uint64(31) + summed.reindex(range(len(batch)), fill_value=0).to_numpy(dtype="uint64")
    return pd.DataFrame({"content": content, "answer": pd.util.hash_pandas_object(answer, index=False).to_numpy()})

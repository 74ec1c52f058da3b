"""Condition, occurrence and value codes of institutional claims (NUBC, UB-04 form locators 18 to 41).

condition D9          a replacement: any other change; 02 the illness is due to the patient's work
occurrence 04         the day of the accident at work; 11 when the symptoms began; 27 when the hospice certified the
                      illness; 29 and 35 when a plan of physical therapy was made, and the therapy begun
occurrence span 70    the stay in a hospital that a nursing facility's claim follows
value 80              covered days, as hundredths
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from synthetic_data.draft import CODE_COLUMNS

if TYPE_CHECKING:
    from synthetic_data.catalogue import Array
    from synthetic_data.draft import Draft

#: Days from the date a code names to the first day of service (all assumed), with the last day of a span.
DAYS_BEFORE = {"04": (21, 21), "11": (40, 40), "27": (14, 14), "29": (9, 9), "35": (7, 7), "70": (6, 1)}
#: Kinds of codes in the order of the 837I guide.
KINDS = ("occurrence_span", "occurrence", "value", "condition")


def claim_codes(draft: Draft, nights: Array) -> dict[str, Array]:
    """Codes that each institutional claim has to have, in the order of the guide; ``nights`` of its stay."""
    claims = draft.claims
    wanted: list[tuple[Array, str, str]] = []
    for number, one in enumerate(draft.catalogue.encounters):
        here = np.flatnonzero(claims["encounter"] == number)
        wanted += [(here, kind, code) for kind, code in one.codes]
    injured = np.flatnonzero(claims["payer_type"] == "workers_comp")
    wanted += [(injured, "occurrence", "04"), (injured, "condition", "02")]
    wanted.append((np.flatnonzero(claims["claim_frequency_code"] == "7"), "condition", "D9"))
    parts = [_rows(here, kind, code, claims, nights) for here, kind, code in wanted]
    table = pd.concat(parts, ignore_index=True)
    table["rank"] = table["code_kind"].map({kind: rank for rank, kind in enumerate(KINDS)})
    table = table.sort_values(["claim", "rank", "code"], kind="stable", ignore_index=True)
    table["position"] = table.groupby("claim").cumcount() + 1
    return {name: table[name].to_numpy() for name in CODE_COLUMNS}


def drop_codes(draft: Draft, claims: Array, kind: str) -> None:
    """Take the codes of one kind off some claims."""
    keep = ~(np.isin(draft.codes["claim"], claims) & (draft.codes["code_kind"] == kind))
    draft.codes = {name: column[keep] for name, column in draft.codes.items()}
    owner = draft.codes["claim"]
    draft.codes["position"] = np.arange(len(owner)) - np.searchsorted(owner, owner) + 1


def has_code(draft: Draft, kind: str) -> Array:
    """Which claims have a code of a kind."""
    return np.isin(np.arange(len(draft)), draft.codes["claim"][draft.codes["code_kind"] == kind])


def _rows(here: Array, kind: str, code: str, claims: dict[str, Array], nights: Array) -> pd.DataFrame:
    day = claims["service_date"][here]
    first, last = (day - np.timedelta64(days, "D") for days in DAYS_BEFORE.get(code, (0, 0)))
    if kind in ("condition", "value"):
        first = last = np.full(len(here), np.datetime64("NaT", "D"))
    return pd.DataFrame(
        {
            "claim": here,
            "code_kind": np.full(len(here), kind, dtype=object),
            "code": np.full(len(here), code, dtype=object),
            "from_date": first,
            "to_date": last,
            "amount_cents": nights[here] * 100 if kind == "value" else np.full(len(here), -1),
        }
    )

"""Medicare's local coverage by procedure, state and date of service, where the articles of the MCD were imported."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from risk.claims.columns import map_unique
from risk.claims.tables import ClaimBatch
from risk.reference._remember import remember_last
from risk.reference.published.codes import numbers_of_series
from risk.reference.published.coverage import COVERED, NEVER, VERSIONS
from risk.reference.published.coverage_areas import INSTITUTIONAL, PROFESSIONAL, state_number
from risk.reference.published.coverage_lookup import CoverageArticles
from risk.reference.published.lookups import dx_number
from risk.reference.published.published import Published, load_published
from risk.reference.sessions import day_numbers

Array = np.ndarray[Any, Any]

#: Payers that follow the contractors' articles: Medicare, and its plans (42 CFR 422.101(b)(3)).
PAYER_TYPES = ("medicare", "medicare_advantage")
COLUMNS = [
    "claim_key",
    "line_number",
    "procedure_code",
    "state",
    "service_from_date",
    "article",
    "closed",
    "unlisted",
    "never",
]
#: Where equipment suppliers deliver to; the articles on equipment and its drugs belong to other contractors.
_HOME = "12"
_VERDICTS = ("closed", "never")
_PLACE = ["claim_key", "line_number"]


@cache
def _nothing_judged() -> pd.DataFrame:
    return pd.DataFrame(columns=COLUMNS)


@dataclass(frozen=True, eq=False)
class Coverage:
    """Articles that hold for claims; build one with :func:`load_coverage`.

    Attributes
    ----------
    articles
        What the user has imported; false where there is nothing.
    version
        Digest of the editions; empty where there are none.
    """

    articles: CoverageArticles
    version: str = ""

    @remember_last
    def judged(self, batch: ClaimBatch) -> pd.DataFrame:
        """Lines of Medicare claims that an article with a closed list of diagnoses is for; ``COLUMNS``.

        article
            Number of the article that the verdict is by, the lowest where there are several.
        closed
            Whether some article has a closed list of what supports the procedure.
        unlisted
            Whether that is so, and no pointed diagnosis is on any list of any article that names it in the state.
        never
            Whether an article lists every pointed diagnosis as one that never supports it, and none supports it.

        Nothing is said of lines without a day or a diagnosis that can be read, of claims without a state, and of
        supplies and drugs delivered to the home. Articles of contractors for equipment or home health are not kept.
        """
        if not self.articles or batch.service_lines.empty:
            return _nothing_judged()
        lines = self._lines(batch)
        if lines.empty:
            return _nothing_judged()
        asked = lines[["row", "code", "state_number", "kind", "day"]].rename(columns={"state_number": "state"})
        held = self.articles.holding(asked)
        held["lists"] = held["lists"].where(held["whole"] == 1, 0)
        lines = lines[lines["row"].isin(held.loc[held["lists"] > 0, "row"])]
        return lines.merge(self._verdicts(batch, lines, held), on="row")[COLUMNS]

    def without_lists(self, batch: ClaimBatch, lines: pd.DataFrame) -> pd.DataFrame:
        """Rows of ``lines`` (claim_key, line_number, …) for which no article has a closed list of what supports."""
        judged = self.judged(batch)
        if judged.empty:
            return lines
        judged = judged[judged["closed"].astype(bool)]
        if judged.empty:
            return lines
        known = pd.MultiIndex.from_frame(judged[_PLACE].astype("int64"))
        return lines[~pd.MultiIndex.from_frame(lines[_PLACE].astype("int64")).isin(known)]

    def _lines(self, batch: ClaimBatch) -> pd.DataFrame:
        """Lines an article may be for, with numbers to look them up by: row, code, state_number, kind, day."""
        lines = batch.lines_with("facility_state", "claim_kind", "payer_type")
        lines = lines[lines["payer_type"].isin(PAYER_TYPES) & lines["service_from_date"].notna()]
        supplied = map_unique(lines["procedure_code"], lambda distinct: distinct.str.match(r"[A-V]\d"))
        lines = lines[~(supplied & (lines["place_of_service_code"] == _HOME) & (lines["claim_kind"] == "professional"))]
        numbered = map_unique(lines["facility_state"], lambda distinct: [state_number(one) for one in distinct])
        lines = lines.assign(
            row=np.arange(len(lines)),
            code=numbers_of_series(lines["procedure_code"]),
            state=lines["facility_state"],
            state_number=numbered.fillna(-1).astype("int64"),
            kind=np.where(lines["claim_kind"] == "institutional", INSTITUTIONAL, PROFESSIONAL),
            day=day_numbers(lines["service_from_date"]),
        )
        return lines[(lines["code"] >= 0) & (lines["state_number"] >= 0)]

    def _verdicts(self, batch: ClaimBatch, lines: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
        """``article``, ``closed``, ``unlisted`` and ``never`` by row, for the lines whose diagnoses can all be read."""
        pointed = batch.line_diagnoses[[*_PLACE, "dx_code"]]
        pointed = lines[[*_PLACE, "row"]].merge(pointed, on=_PLACE)
        numbers = map_unique(pointed["dx_code"], lambda distinct: [dx_number(one) for one in distinct])
        pointed = pointed.assign(dx=numbers.fillna(-1).astype("int64"), place=np.arange(len(pointed)))
        pairs = pointed[["row", "place", "dx"]].merge(held, on="row")
        supports, never = self.articles.listed(pairs["document"].to_numpy(), pairs["dx"].to_numpy())
        lists = pairs["lists"].to_numpy(dtype="int64")
        pairs = pairs.assign(supports=supports, never=never & (lists & NEVER != 0), closed=lists & COVERED != 0)
        by_dx = pairs.groupby(["row", "place"]).agg(never=("never", "any"), dx=("dx", "min"))
        found = by_dx.groupby("row").agg(never=("never", "all"), readable=("dx", "min"))
        found = found.join(pairs.groupby("row").agg(supported=("supports", "any"), closed=("closed", "any")))
        found = found[found["readable"] >= 0].assign(never=lambda rows: rows["never"] & ~rows["supported"])
        by = {name: pairs[pairs[name]].groupby("row")["document"].min().reindex(found.index) for name in _VERDICTS}
        document = by["never"].where(found["never"], by["closed"])
        article = "A" + (document // VERSIONS).astype("Int64").astype("str")
        return found.assign(article=article, unlisted=found["closed"] & ~found["supported"]).reset_index()


def load_coverage(published: Published | None = None) -> Coverage:
    """Articles of what the user has imported, or of the tables given.

    Raises :class:`risk.errors.ReferenceDataError` for an imported table that is damaged.
    """
    published = load_published() if published is None else published
    return Coverage(published.coverage, published.version if published.coverage else "")

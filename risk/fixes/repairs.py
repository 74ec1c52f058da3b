"""Repaired copies of the claims run again through rules and model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.claims.columns import holds, one_of, rows_where
from risk.claims.tables import ClaimBatch
from risk.errors import RuleError
from risk.fixes.mending import mended_copies
from risk.notes import carry_note_facts
from risk.rules import RuleFailure
from risk.scoring import ScoredBatch, Scorer, judge_batch

_NO_LINE = -1


@dataclass(frozen=True)
class Tries:
    """Repaired copies of claims, one entry per copy in each.

    ``claim_keys`` are the claims' keys in the batch that was scored, ``rules`` the ids of the rules repaired,
    ascending; ``batch`` the copies and ``findings`` those of the rules on them. ``risk`` is the probability of a
    denial, ``works`` whether the findings repaired are gone and no other came, ``certain_reject`` whether no payer
    would adjudicate the copy.
    """

    claim_keys: NDArray[np.int64]
    rules: tuple[tuple[str, ...], ...]
    batch: ClaimBatch
    findings: pd.DataFrame
    risk: NDArray[np.float64]
    works: NDArray[np.bool_]
    certain_reject: NDArray[np.bool_]


@dataclass(frozen=True)
class Workshop:
    """Where the claims of one scored batch are repaired.

    What fails is told in ``failures``; where that is None, it raises.
    """

    scored: ScoredBatch
    scorer: Scorer
    failures: list[RuleFailure] | None

    def first(self) -> Tries | None:
        """Each claim with each of its repairs alone; None where there is nothing to repair, or no way to judge it."""
        scored = self.scored
        claims = np.arange(len(scored.batch))
        repairable = holds(scored.findings["rule_id"], lambda rule_id: scored.rules[rule_id].repair is not None)
        found = rows_where(scored.findings, repairable)
        return self._tried(scored.batch, found, claims, ((),) * len(claims))

    def further(self, tries: Tries, wanted: pd.MultiIndex) -> Tries | None:
        """The copies with one more repair each, of a rule after those they have; ``wanted`` names claim and rule."""
        found = tries.findings
        last = np.array([rules[-1] for rules in tries.rules], dtype=object)[found["claim_key"]]
        own = pd.MultiIndex.from_arrays([tries.claim_keys[found["claim_key"]], found["rule_id"]])
        return self._tried(
            tries.batch, found[own.isin(wanted) & (found["rule_id"] > last)], tries.claim_keys, tries.rules
        )

    def _tried(
        self,
        batch: ClaimBatch,
        found: pd.DataFrame,
        claim_keys: NDArray[np.int64],
        rules: Sequence[tuple[str, ...]],
    ) -> Tries | None:
        """Repair the findings of each rule on the claims of the batch, and judge the copies."""
        copies = mended_copies(batch, found, self.scored.rules, self.scorer.reference, self.failures)
        if copies is None:
            return None
        had = tuple((*rules[place], rule_id) for place, rule_id in zip(copies.places, copies.rule_ids, strict=True))
        return self._judged(copies.batch, claim_keys[copies.places], had)

    def _judged(
        self, batch: ClaimBatch, claim_keys: NDArray[np.int64], rules: tuple[tuple[str, ...], ...]
    ) -> Tries | None:
        """Run the copies through rules and model.

        Rules that compare claims with each other are not run again, since a repaired copy would be the duplicate of its
        original: what they found stays, unless it was on a line that is gone.
        """
        scored, scorer = self.scored, self.scorer
        alone = scorer.for_copies
        if scored.failures:
            left_out = {one.rule_id for one in scored.failures}
            alone = replace(alone, rules=[one for one in alone.rules if one.id not in left_out])
        carry_note_facts(scored.batch, batch, claim_keys)
        across = one_of(scored.findings["rule_id"], [one.id for one in scorer.rules if one.across_claims])
        kept = _carried(rows_where(scored.findings, across), batch, claim_keys) if across.any() else None
        after = judge_batch(batch, alone, kept)
        if after.failures:  # without a rule that judged the claim before, this would be the answer to another question
            if self.failures is None:
                failed = after.failures[0].rule_id
                raise RuleError(f"rule {failed}", "expected a rule that runs on repaired claims as well")
            self.failures.extend(replace(one, during="after a repair") for one in after.failures)
            return None
        works = _works(scored, after.findings, claim_keys, rules)
        return Tries(claim_keys, rules, batch, after.findings, after.judged.risk, works, after.certain_reject)


def _carried(found: pd.DataFrame, batch: ClaimBatch, claim_keys: NDArray[np.int64]) -> pd.DataFrame:
    """Findings on the originals, as findings on their copies; those on lines that a copy lacks are left out."""
    copies = pd.DataFrame({"claim_key": claim_keys}).rename_axis("copy").reset_index()
    kept = copies.merge(found, on="claim_key").drop(columns="claim_key").rename(columns={"copy": "claim_key"})
    lines = pd.MultiIndex.from_frame(batch.service_lines[["claim_key", "line_number"]])
    there = pd.MultiIndex.from_frame(kept[["claim_key", "line_number"]]).isin(lines)
    return kept[there | kept["line_number"].isna().to_numpy()]


def _works(
    scored: ScoredBatch, after: pd.DataFrame, claim_keys: NDArray[np.int64], rules: Sequence[tuple[str, ...]]
) -> NDArray[np.bool_]:
    """Whether each copy has lost the findings that were repaired and has none that its original had not.

    A finding that the repaired one had covered up (``unless``) was there before. Preview rules have no say.
    """
    known = scored.rules
    before: dict[int, set[tuple[str, int]]] = {}
    for key, place in _places(scored.findings):
        before.setdefault(key, set()).add(place)
    works = np.ones(len(claim_keys), dtype=bool)
    for copy, (rule_id, line) in _places(after):
        one, had = known.get(rule_id), before[int(claim_keys[copy])]
        if one is not None and one.status == "preview":
            continue
        covers = set(one.unless).intersection(rules[copy]) if one is not None else ()
        covered = any((cover, at) in had for cover in covers for at in (line, _NO_LINE))
        if rule_id in rules[copy] or ((rule_id, line) not in had and not covered):
            works[copy] = False
    return works


def _places(findings: pd.DataFrame) -> Iterable[tuple[int, tuple[str, int]]]:
    lines = findings["line_number"].to_numpy(dtype="int64", na_value=_NO_LINE).tolist()
    return zip(findings["claim_key"].tolist(), zip(findings["rule_id"], lines, strict=True), strict=True)

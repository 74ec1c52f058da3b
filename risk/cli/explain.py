"""`denial-risk explain`: one claim in full."""

from __future__ import annotations

from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from risk.cli._options import Files, History, Ignore, Mapping, ModelName, PayerTerms, Quiet, Select, Strict, probability
from risk.errors import InputError

if TYPE_CHECKING:
    from risk.readers import ReadResult

#: Ids offered in place of one that is not there.
_CLOSE = 3


def explain(
    files: Files,
    claim: Annotated[str, typer.Option("--claim", help="Id of the claim; one that occurs twice is shown twice.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write here; the suffix picks the format.")
    ] = None,
    format: Annotated[str | None, typer.Option("--format", help="text, html or jsonl.")] = None,  # noqa: A002  the option's name
    model: ModelName = "champion",
    rules_only: Annotated[
        bool, typer.Option("--rules-only", help="Score by the rules alone, without a model.")
    ] = False,
    history: History = None,
    threshold: Annotated[float | None, probability("--threshold", "Risk that fixes are to go below.")] = None,
    precision: Annotated[
        float | None, probability("--precision", "The same: the threshold that reached this precision on validation.")
    ] = None,
    select: Select = None,
    ignore: Ignore = None,
    mapping: Mapping = None,
    payer_terms: PayerTerms = None,
    strict: Strict = False,
    quiet: Quiet = False,
) -> None:
    """Explain one claim: what the rules saw, what drives its risk, what a fix would do, how similar claims ended.

    The claim is scored among all claims of the files. Nothing that identifies the patient is shown.

    Example: denial-risk explain examples/claims.csv --claim CSV-1001
    """
    from dataclasses import replace

    from risk.cli._run import (
        flag_threshold,
        last_day_served,
        read,
        report_age,
        report_failures,
        report_reading,
        require_output,
        write_rejects,
    )
    from risk.cli._scorer import ScorerOptions
    from risk.fixes import fixes_of
    from risk.reports.explain import explain_format, write_explained
    from risk.rules import RuleFailure
    from risk.scoring import score_batch

    kind = explain_format(output, format)
    require_output(output, [*files, history, mapping, payer_terms])
    options = ScorerOptions.of(
        model,
        rules_only=rules_only,
        payer_terms=payer_terms,
        select=select,
        ignore=ignore,
        history=history,
        quiet=quiet,
    )
    result = read(files, mapping, options.extras)
    keys = _keys_of(claim.strip(), result)
    scorer = options()
    flag_at = flag_threshold(scorer.model, threshold, precision)
    scored = score_batch(result.batch, scorer, explain_from=inf).select(keys)
    if scorer.model is not None and scored.features is not None:
        scored = replace(scored, explanation=scorer.model.explain(scored.features))
    repairs: list[RuleFailure] = []
    fixes = fixes_of(scored, scorer, repairs, threshold=flag_at)
    write_explained(scored, scorer, fixes, output, kind, threshold=flag_at)
    if output is not None:
        write_rejects(result, output)
    report_failures(scored.failures, repairs)
    report_age(scorer.reference, last_day_served(result.batch), quiet=quiet)
    report_reading(result, verb="scored", quiet=quiet)
    if strict and (result.rejects or scored.failures or repairs):
        raise typer.Exit(2)


def _keys_of(claim_id: str, result: ReadResult) -> list[int]:
    """Keys of the claims of that id; raises :class:`InputError` where there is none."""
    ids = result.batch.claims["claim_id"]
    keys: list[int] = ids.index[ids == claim_id].tolist()
    if keys:
        return keys
    rejects = [reject for reject in result.rejects if reject.claim_id == claim_id]
    if rejects:
        raise InputError("--claim", f"expected a claim that could be read; this one was rejected: {rejects[0]}")
    from difflib import get_close_matches

    known = {one.casefold(): one for one in sorted(set(ids), reverse=True)}
    close = [known[one] for one in get_close_matches(claim_id.casefold(), known, _CLOSE, 0.8)]
    hint = f"the closest there: {', '.join(close)}" if close else "give it as it is on the claim"
    raise InputError("--claim", "expected the id of a claim in these files", hint)

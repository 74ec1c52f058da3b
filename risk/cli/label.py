"""`denial-risk label`: what payers decided on claims, as labels to train and evaluate on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from risk.cli._options import Mapping, Quiet


def label(
    claims: Annotated[
        list[str],
        typer.Option("--claims", metavar="FILE...", help="CSV, 837P or 837I files; .gz accepted, - is stdin."),
    ],
    remits: Annotated[
        list[str], typer.Option("--remits", metavar="FILE...", help="835 files; .gz accepted, - is stdin.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Write here; the name ends in .parquet.")],
    mapping: Mapping = None,
    quiet: Quiet = False,
) -> None:
    """Join remittances (835) to the claims they answer: who was denied at first, why, and when.

    The file holds the claims, one row per service line, with the initial denial of each claim and line: what
    `train --data`, `evaluate --data` and `score --history` take. It identifies patients, as the claims do. A table says
    how many claims were reversed, corrected, split, paid later and so on; docs/labels.md says what each means.

    Example: denial-risk label --claims synthetic/claims.837 --remits synthetic/remits.835 --out labels.parquet
    """
    from risk.cli._run import kinds_of, read, report_reading, say, write_reject_rows
    from risk.outcomes import label_claims
    from risk.readers.remit_files import read_remits
    from risk.reports.labels_file import (
        labelled_claims,
        require_labels_name,
        require_matches,
        unmatched_rejects,
        write_labels,
    )

    require_labels_name(out, [*claims, *remits])
    answers = read_remits(remits)
    result = labelled_claims(read(claims, mapping), kinds_of(claims))
    labels = label_claims(result.batch, answers.batch)
    require_matches(result, answers, labels)
    write_labels(result.batch, labels, out)
    write_reject_rows([*result.rejects, *answers.rejects, *unmatched_rejects(answers.batch, labels)], out)
    if not quiet:
        for name, count in labels.treatments.table():
            say(f"{count:>9,}  {name}")
    counts = labels.treatments
    say(
        f"remits: read {answers.claims_read} = matched {counts.remits_matched} + unmatched {counts.remits_unmatched} + "
        f"repeated {counts.remits_repeated} + rejected {len(answers.rejects)}"
    )
    report_reading(result, verb="labelled", quiet=quiet)

"""The data sheet of the synthetic world: why it exists, what is in it, what it cannot say, counted on a sample.

The text is ``datasheet.md`` beside this module; its questions are of Gebru et al., Datasheets for Datasets (2018).
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from synthetic_data.catalogue import load_catalogue, read_toml
from synthetic_data.period import LAST_MONTH, MONTHS
from synthetic_data.sample import simulate
from synthetic_data.world import build_world

if TYPE_CHECKING:
    import pandas as pd

    from synthetic_data.world import SyntheticClaims

#: The sample that is counted.
CLAIMS, SEED, WORLD = 50_000, 0, 1


def datasheet_markdown() -> str:
    """Count a sample and write the page; a few seconds."""
    sample = simulate(CLAIMS, seed=SEED, world=WORLD)
    world, catalogue, terms = build_world(WORLD), load_catalogue(), read_toml("payers.toml")
    claims, truth = sample.batch.claims, sample.truth
    institutional = claims["claim_kind"] == "institutional"
    types = claims.loc[institutional, "bill_type_code"].str[:2].value_counts()
    held = terms["marginals"]
    changes = {str(one["from"]) for one in (*terms["habit"], *terms["contract_end"]) if "from" in one}
    return (
        files("synthetic_data")
        .joinpath("datasheet.md")
        .read_text(encoding="utf-8")
        .format(
            claims=CLAIMS,
            world=WORLD,
            seed=SEED,
            months=MONTHS,
            until=LAST_MONTH,
            lines=len(sample.outcomes),
            patients=claims["member_id"].nunique(),
            providers=claims["billing_npi"].nunique(),
            payers=len(world.payers),
            denied=int(truth["denied"].sum()),
            denied_share=_percent(truth["denied"].mean()),
            lines_denied=int(sample.outcomes["line_denied"].sum()),
            kinds=_by("Kind", claims["claim_kind"], sample),
            bill_types=", ".join(f"{kind}X {count:,}" for kind, count in types.items() if count >= 10),
            specialties=_by("Specialty", _specialty(sample), sample),
            payer_types=_by("Payer type", claims["payer_type"], sample, held["payer_type"]),
            reasons=_by_reason(sample, held["reason"]),
            mistakes=len(world.mistakes),
            seen=_percent(len(sample.batch.notes) / CLAIMS),
            encounters=len(catalogue.encounters),
            specialty_count=len(catalogue.specialties) - catalogue.facilities,
            facility_count=catalogue.facilities,
            procedures=sample.batch.service_lines["procedure_code"].nunique(),
            changes=len(changes),
        )
    )


def _specialty(sample: SyntheticClaims) -> pd.Series:
    names = {one["taxonomy"]: one["id"].replace("_", " ") for one in load_catalogue().specialties}
    return sample.batch.claims["billing_taxonomy_code"].map(names)


def _by(title: str, groups: pd.Series, sample: SyntheticClaims, held: dict[str, float] | None = None) -> str:
    """Table of the claims of each group, their share, and how many are denied; beside it what that is held to."""
    found = sample.truth["true_probability"].groupby(groups.to_numpy()).agg(["size", "mean"])
    found = found.sort_values("size", ascending=False, kind="stable")
    head = [title, "Claims", "Share", "Denied", *(["Held to"] if held else [])]
    rows = [
        [
            name.replace("_", " "),
            f"{int(row['size']):,}",
            _percent(row["size"] / CLAIMS),
            _percent(row["mean"]),
            *([_percent(held[name])] if held else []),
        ]
        for name, row in found.iterrows()
    ]
    return _table(head, rows)


def _by_reason(sample: SyntheticClaims, held: dict[str, float]) -> str:
    total = sample.truth["true_probability"].sum()
    drawn = sample.outcomes.drop_duplicates("claim_id")["denial_reason"].value_counts()
    rows = [
        [
            reason.replace("_", " "),
            f"{int(drawn.get(reason, 0)):,}",
            _percent(sample.truth[f"p_{reason}"].sum() / total),
            _percent(share),
        ]
        for reason, share in sorted(held.items(), key=lambda one: -one[1])
    ]
    return _table(["Reason", "Denied claims", "Share of denials", "Held to"], rows)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"

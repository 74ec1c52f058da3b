"""The synthetic world and `label` agree to the last line, whatever the files look like."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.claims.remits import concat_remits
from risk.outcomes import LABEL_COLUMNS, label_claims
from risk.readers import concat_results, read_claim_data, read_claims
from risk.readers.remit_files import read_remits
from risk.readers.remits_835 import read_remits_835
from synthetic_data import simulate, write_world
from synthetic_data.remit import line_amounts
from tests.outcomes.files import claim, claims_837, payment, remit, remits_835


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_labels_read_from_the_files_are_those_of_the_world(tmp_path: Path, seed: int) -> None:
    synthetic = simulate(3_000, seed=seed)
    write_world(synthetic, tmp_path)
    dollars = line_amounts(synthetic).rename(columns=lambda name: f"line_{name.removesuffix('_cents')}_amount") / 100
    given = synthetic.outcomes.join(dollars)
    for names in (["claims.837", "claims_i.837"], ["claims.csv"]):
        batch = concat_results([read_claims(tmp_path / name) for name in names]).batch
        labels = label_claims(batch, read_remits([tmp_path / "remits.835"]).batch)
        found = batch.lines_with("claim_id")[["claim_id", "line_number"]].join(labels.lines)
        one, other = (table.sort_values(["claim_id", "line_number"], ignore_index=True) for table in (found, given))
        pd.testing.assert_frame_equal(one, other[one.columns], check_dtype=False)
        counts = labels.treatments
        events = (counts.reversed, counts.corrected, counts.split, counts.later_paid, counts.patient_only)
        assert min(events) > 20, "a world without later events tests too little"
        assert (counts.matched, counts.remits_unmatched, counts.by_tie_break) == (3_000, 0, 0)


# ── the order of things ───────────────────────────────────────────────────────────────────────────────────────────────

SENT = [
    claims_837(claim("C1", "62323 400 20260901"), claim("C2", "62323 400 20260901", "77003 100 20260901")),
    claims_837(claim("C1", "62323 400 20260901"), sent="20261001", control=2),
    claims_837(claim("C1", "62323 400 20260901", payer="P2", sequence="S"), sent="20261005", control=3),
    claims_837(claim("C2", "62323 400 20260901", frequency="7", original="ICN9"), sent="20261005", control=4),
]
DENIED = "SVC*HC:62323*400*0 CAS*CO*50*400 LQ*HE*N115"
PAID = "SVC*HC:62323*400*250 CAS*CO*45*150"
ANSWERS = [
    payment("20260920", remit("C1", DENIED), remit("C2", PAID, "SVC*HC:77003*100*0 CAS*CO*97*100", number="ICN9")),
    payment("20261020", remit("C1", PAID, number="ICN2"), remit("C2", DENIED, number="ICN8", frequency="7")),
    payment("20261020", remit("C1", DENIED, status="2", number="X1"), payer="P2"),
    payment("20261101", remit("C1", "SVC*HC:62323*-400*-250 CAS*CO*45*-150", status="22", number="ICN2")),
    payment("20261101", remit("C1", DENIED, number="ICN3", original="ICN2"), trace="OTHER"),
    payment("20261101", remit("C7", DENIED, number="ICN7"), trace="THIRD"),
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[bytes], list[list[str]]]:
    """Claims of a small world, and the transactions of its 835."""
    folder = tmp_path_factory.mktemp("world")
    write_world(simulate(400, seed=8), folder)
    text = (folder / "remits.835").read_text().replace("\n", "")
    bodies = re.findall(r"ST\*835\*\d+~(.*?)~SE\*", text)
    sent = [(folder / name).read_bytes() for name in ("claims.837", "claims_i.837")]
    return sent, [body.split("~") for body in bodies]


def parts(segments: list[str], first: str) -> list[list[str]]:
    """What stands before the first segment of an id, then the runs that begin with each; PLB begins the last one."""
    runs: list[list[str]] = [[]]
    for segment in segments:
        if segment.startswith((f"{first}*", "PLB*")):
            runs.append([])
        runs[-1].append(segment)
    return runs


def shuffled(body: list[str], random: Random) -> list[str]:
    """A transaction with its claims, and the lines of each, in another order."""
    head, *runs = parts(body, "CLP")
    ends = [run for run in runs if run[0].startswith("PLB*")]
    claims = [run for run in runs if run[0].startswith("CLP*")]
    random.shuffle(claims)
    written = list(head)
    for one in claims:
        own, *lines = parts(one, "SVC")
        if any("REF*6R" in segment for segment in one):  # without control numbers the order is all there is
            random.shuffle(lines)
        written += [*own, *(segment for line in lines for segment in line)]
    return written + [segment for end in ends for segment in end]


def labels_of(claims: list[bytes], files: list[list[list[str]]]) -> pd.DataFrame:
    batch = concat_results([read_claim_data(data, f"c{number}") for number, data in enumerate(claims)]).batch
    remits = [read_remits_835(remits_835(*one, control=number), f"r{number}") for number, one in enumerate(files, 1)]
    assert not any(one.rejects for one in remits)
    labels = label_claims(batch, concat_remits([one.batch for one in remits])).lines
    keys = ["claim_id", "submission_date", "payer_id", "line_number"]
    table = batch.lines_with(*keys[:3])[keys].join(labels[list(LABEL_COLUMNS)])
    return table.sort_values(keys, ignore_index=True)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), files=st.integers(1, 4))
def test_no_order_of_files_claims_remits_or_lines_changes_a_label(
    world: tuple[list[bytes], list[list[str]]], seed: int, files: int
) -> None:
    sent, bodies = world
    claims, answers = [*sent, *SENT], [*bodies, *ANSWERS]
    expected = labels_of(claims, [answers])
    assert expected["denied"].notna().mean() > 0.9
    assert (expected["denied"] == 1).sum() > 10
    random = Random(seed)
    random.shuffle(claims)
    written = [shuffled(body, random) for body in answers]
    random.shuffle(written)
    found = labels_of(claims, [one for one in (written[start::files] for start in range(files)) if one])
    pd.testing.assert_frame_equal(found, expected)


def test_the_hand_written_cases_among_them_are_labelled_as_they_should_be() -> None:
    table = labels_of(SENT, [ANSWERS])
    first = table.drop_duplicates(["claim_id", "submission_date", "payer_id"])
    found = [
        (one.claim_id, f"{one.submission_date:%m%d}", one.payer_id, one.denied) for one in first.itertuples(index=False)
    ]
    assert found == [
        ("C1", "0905", "P1", 1),
        ("C1", "1001", "P1", 0),
        ("C1", "1005", "P2", 1),
        ("C2", "0905", "P1", 1),
        ("C2", "1005", "P1", 1),
    ]

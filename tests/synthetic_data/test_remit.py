from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from risk.claims import concat_batches
from risk.claims.remits import REMIT_TABLES, RemitBatch
from risk.readers.claims_837 import read_claims_837
from risk.readers.remit_result import RemitResult
from risk.readers.remits_835 import read_remits_835
from synthetic_data import SyntheticClaims, simulate, write_world
from synthetic_data.remit import synthetic_remits
from synthetic_data.write_835 import write_remits_835

if TYPE_CHECKING:
    from pathlib import Path

LABELS = ["claim_id", "line_number", "line_denied", "carc", "rarc"]


@pytest.fixture(scope="module")
def synthetic() -> SyntheticClaims:
    return simulate(4_000, seed=3)


@pytest.fixture(scope="module")
def folder(synthetic: SyntheticClaims, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("world")
    write_world(synthetic, made)
    return made


@pytest.fixture(scope="module")
def result(folder: Path) -> RemitResult:
    return read_remits_835((folder / "remits.835").read_bytes(), "remits.835")


def lines_of(batch: RemitBatch) -> pd.DataFrame:
    return batch.remit_lines.merge(batch.remit_claims[["remit_key", "claim_id", "payer_type"]], on="remit_key")


def test_the_file_reads_back_without_a_note_or_reject_as_what_was_written(
    synthetic: SyntheticClaims, result: RemitResult
) -> None:
    assert (result.rejects, result.notes) == ([], ())
    wrote = synthetic_remits(synthetic)
    for name in REMIT_TABLES:
        pd.testing.assert_frame_equal(
            *(
                getattr(one, name).drop(columns=["source_file", "source_offset"], errors="ignore")
                for one in (result.batch, wrote)
            ),
            obj=name,
        )


def test_every_claim_of_the_claim_files_is_remitted_once_with_its_lines(folder: Path, result: RemitResult) -> None:
    files = [folder / "claims.837", folder / "claims_i.837"]
    sent = concat_batches([read_claims_837(file.read_bytes(), file.name).batch for file in files])
    remitted = result.batch.remit_claims["claim_id"]
    assert sorted(remitted) == sorted(sent.claims["claim_id"])
    assert set(remitted) == set(pd.read_csv(folder / "claims.csv", dtype="str")["claim_id"])
    columns = ["claim_id", "line_number", "procedure_code", "modifier_1", "line_charge_cents", "service_from_date"]
    one, other = (
        table[columns].sort_values(["claim_id", "line_number"], ignore_index=True)
        for table in (lines_of(result.batch), sent.lines_with("claim_id"))
    )
    pd.testing.assert_frame_equal(one, other)


def test_a_line_is_paid_nothing_and_adjusted_in_full_exactly_where_its_label_says_denied(
    synthetic: SyntheticClaims, result: RemitResult
) -> None:
    batch, keys = result.batch, ["remit_key", "line_number"]
    beyond = batch.adjustments[~batch.adjustments["carc"].isin(["45", "1", "2", "3"])]
    assert not beyond.duplicated(keys).any()
    lines = lines_of(batch).merge(beyond[[*keys, "carc", "group_code", "adjustment_cents"]], on=keys, how="left")
    lines = lines.merge(batch.remarks[[*keys, "rarc"]], on=keys, how="left")
    denied = lines["carc"].notna()
    assert (lines["line_paid_cents"][denied] == 0).all()
    assert (lines["adjustment_cents"] == lines["line_charge_cents"])[denied].all()
    assert (lines["quantity"][denied] == 0).all()
    assert (lines["quantity"][~denied] > 0).all()
    found = lines.assign(line_denied=denied.astype("int64"))[LABELS]
    expected = synthetic.outcomes[LABELS]
    one, other = (table.sort_values(["claim_id", "line_number"], ignore_index=True) for table in (found, expected))
    pd.testing.assert_frame_equal(one, other, check_dtype=False)


def test_denied_in_the_truth_is_a_denied_line_and_status_4_a_claim_of_which_nothing_is_left(
    synthetic: SyntheticClaims, result: RemitResult
) -> None:
    outcomes = synthetic.outcomes.groupby("claim_id")["line_denied"].agg(["max", "min"])
    truth = synthetic.truth.set_index("claim_id")["denied"]
    assert (outcomes["max"] == truth.loc[outcomes.index]).all()
    claims = result.batch.remit_claims.set_index("claim_id")
    status = claims["claim_status_code"].loc[outcomes.index]
    assert (status == np.where(outcomes["min"] == 1, "4", "1")).all()
    assert (claims["total_paid_cents"][claims["claim_status_code"] == "4"] == 0).all()
    assert (outcomes["max"] != outcomes["min"]).any(), "a sample without partly denied claims tests too little"


def test_groups_say_who_bears_a_denial(result: RemitResult) -> None:
    batch = result.batch
    types = batch.remit_claims["payer_type"].to_numpy()[batch.adjustments["remit_key"]]
    adjusted = batch.adjustments.assign(workers=types == "workers_comp")
    groups = {
        carc: set(rows["group_code"]) for carc, rows in adjusted[~adjusted["workers"]].groupby("carc", observed=True)
    }
    assert {carc for carc, found in groups.items() if found == {"PR"}} == {"1", "2", "3", "27", "31", "119"}
    assert groups["18"] == {"OA"}
    assert groups["45"] == groups["50"] == groups["97"] == {"CO"}
    assert set(adjusted.loc[adjusted["workers"], "group_code"]) == {"CO"}


def test_the_patient_owes_what_the_group_pr_says(result: RemitResult) -> None:
    batch = result.batch
    owed = batch.adjustments[batch.adjustments["group_code"] == "PR"].groupby("remit_key")["adjustment_cents"].sum()
    stated = batch.remit_claims["patient_responsibility_cents"]
    assert stated.tolist() == owed.reindex(batch.remit_claims["remit_key"], fill_value=0).tolist()
    assert (batch.remit_lines["line_paid_cents"] >= 0).all()


def test_a_payer_pays_once_a_day_on_the_day_of_the_label(synthetic: SyntheticClaims, result: RemitResult) -> None:
    batch = result.batch
    assert not batch.payments.duplicated(["payer_id", "payment_date"]).any()
    assert batch.payments["trace_number"].is_unique
    claims = batch.remit_claims.set_index("claim_id")
    dates = synthetic.outcomes.drop_duplicates("claim_id").set_index("claim_id")["remit_date"]
    assert (claims["remit_date"] == dates.loc[claims.index]).all()
    payer = batch.payments["payer_id"].array.take(claims["payment_key"].to_numpy("int64"))
    assert (synthetic.batch.claims.set_index("claim_id")["payer_id"].loc[claims.index] == payer).all()
    assert claims["payer_claim_control_number"].str.fullmatch(r"2[4-7][0-9]{11}").all()


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(tmp_path: Path) -> None:
    for name, seed in (("one", 9), ("two", 9), ("other", 10)):
        write_remits_835(synthetic_remits(simulate(300, seed=seed)), tmp_path / name)
    one, two, other = ((tmp_path / name).read_bytes() for name in ("one", "two", "other"))
    assert one == two != other


def test_an_independent_validator_accepts_the_file(tmp_path: Path) -> None:
    params = pytest.importorskip("pyx12.params")
    document = pytest.importorskip("pyx12.x12n_document")
    path = tmp_path / "remits.835"
    write_remits_835(synthetic_remits(simulate(150, seed=4)), path)
    outputs = dict.fromkeys(["fd_997", "fd_html", "fd_xmldoc", "fd_json", "map_path"])
    assert document.x12n_document(param=params.params(None), src_file=str(path), **outputs)

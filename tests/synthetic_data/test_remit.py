from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from risk.claims import concat_batches
from risk.claims.remits import REMIT_TABLES, RemitBatch
from risk.readers.claims_837 import read_claims_837
from risk.readers.remit_result import RemitResult
from risk.readers.remits_835 import read_remits_835
from synthetic_data import SyntheticClaims, simulate, write_world
from synthetic_data.remit import line_amounts, synthetic_remits
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


@pytest.fixture(scope="module")
def initial(result: RemitResult) -> pd.DataFrame:
    """The remits that hold the first decision, told by what the generator writes on all others: 22, REF*F8, or 2."""
    claims, references = result.batch.remit_claims, result.batch.references
    follows = references.loc[references["qualifier"] == "F8", "remit_key"]
    return claims[~claims["claim_status_code"].isin(["22", "2"]) & ~claims["remit_key"].isin(follows)]


def lines_of(batch: RemitBatch, claims: pd.DataFrame) -> pd.DataFrame:
    return batch.remit_lines.merge(claims[["remit_key", "claim_id", "payer_type"]], on="remit_key").assign(
        line_number=lambda lines: lines["line_control_number"].astype("Int64"),
        line_key=lambda lines: lines["remit_key"] * 1000 + lines["line_number"],
    )


def numbered(batch: RemitBatch, table: pd.DataFrame) -> pd.DataFrame:
    """Rows of lines with the line number of the claim in place of the position in the remit."""
    keys = ["remit_key", "line_number"]
    control = batch.remit_lines.set_index(keys)["line_control_number"].astype("Int64")
    return table.dropna(subset=["line_number"]).assign(
        line_number=lambda rows: control.reindex(pd.MultiIndex.from_frame(rows[keys])).array
    )


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


def test_every_line_of_the_claim_files_is_decided_once_at_first(
    folder: Path, result: RemitResult, initial: pd.DataFrame
) -> None:
    files = [folder / "claims.837", folder / "claims_i.837"]
    sent = concat_batches([read_claims_837(file.read_bytes(), file.name).batch for file in files])
    assert set(initial["claim_id"]) == set(sent.claims["claim_id"])
    assert set(result.batch.remit_claims["claim_id"]) == set(sent.claims["claim_id"])
    assert set(initial["claim_id"]) == set(pd.read_csv(folder / "claims.csv", dtype="str")["claim_id"])
    columns = ["claim_id", "line_number", "procedure_code", "modifier_1", "line_charge_cents", "service_from_date"]
    one, other = (
        table[columns].sort_values(["claim_id", "line_number"], ignore_index=True)
        for table in (lines_of(result.batch, initial), sent.lines_with("claim_id"))
    )
    pd.testing.assert_frame_equal(one, other)


def test_a_line_is_paid_nothing_and_adjusted_in_full_exactly_where_its_label_says_denied(
    synthetic: SyntheticClaims, result: RemitResult, initial: pd.DataFrame
) -> None:
    batch, keys = result.batch, ["remit_key", "line_number"]
    beyond = batch.adjustments[~batch.adjustments["carc"].isin(["45", "1", "2", "3", "23"])]
    assert not beyond.duplicated(keys).any()
    lines = lines_of(batch, initial).merge(
        numbered(batch, beyond)[[*keys, "carc", "group_code", "adjustment_cents"]], on=keys, how="left"
    )
    lines = lines.merge(numbered(batch, batch.remarks)[[*keys, "rarc"]], on=keys, how="left")
    denied = lines["carc"].notna()
    assert (lines["line_paid_cents"][denied] == 0).all()
    assert (lines["adjustment_cents"] == lines["line_charge_cents"])[denied].all()
    assert (lines["quantity"][denied] == 0).all()
    assert (lines["quantity"][~denied] > 0).all()
    found = lines.assign(line_denied=denied.astype("int64"))[LABELS]
    expected = synthetic.outcomes[LABELS]
    one, other = (table.sort_values(["claim_id", "line_number"], ignore_index=True) for table in (found, expected))
    pd.testing.assert_frame_equal(one, other, check_dtype=False)


def test_denied_in_the_truth_is_a_denied_line_and_status_4_a_remit_of_which_nothing_is_left(
    synthetic: SyntheticClaims, result: RemitResult, initial: pd.DataFrame
) -> None:
    outcomes = synthetic.outcomes.groupby("claim_id")["line_denied"].agg(["max", "min"])
    truth = synthetic.truth.set_index("claim_id")["denied"]
    assert (outcomes["max"] == truth.loc[outcomes.index]).all()
    whole = initial[~initial["claim_id"].duplicated(keep=False)].set_index("claim_id")
    left = outcomes["min"].loc[whole.index] == 0
    assert (whole["claim_status_code"][left].isin(["1", "19"])).all()
    assert (whole["claim_status_code"][~left] == "4").all()
    claims = result.batch.remit_claims
    assert (claims["total_paid_cents"][claims["claim_status_code"] == "4"] == 0).all()
    assert (outcomes["max"] != outcomes["min"]).any(), "a sample without partly denied claims tests too little"


def test_a_reversal_takes_back_an_earlier_remit_to_the_cent_and_a_decision_follows_it(result: RemitResult) -> None:
    batch = result.batch
    claims = batch.remit_claims.sort_values("remit_date", kind="stable")
    back = claims[claims["is_reversal"]]
    assert len(back) > 50
    number = "payer_claim_control_number"
    pairs = back.merge(claims[~claims["is_reversal"]], on=["claim_id", number], suffixes=("", "_first"))
    assert len(pairs) == len(back)
    assert (pairs["remit_date_first"] < pairs["remit_date"]).all()
    for column in ("total_charge_cents", "total_paid_cents"):
        assert (pairs[column] == -pairs[f"{column}_first"]).all()
    sums = batch.adjustments.groupby(["remit_key", "group_code", "carc"])["adjustment_cents"].sum()
    for one, first in zip(pairs["remit_key"], pairs["remit_key_first"], strict=True):
        assert (-sums[one]).to_dict() == sums[first].to_dict()
    original = batch.references[batch.references["qualifier"] == "F8"].set_index("remit_key")["reference"]
    anew = claims.assign(original=original.reindex(claims["remit_key"]).array).dropna(subset=["original"])
    assert set(back[number]) <= set(anew["original"])
    assert set(anew["original"]) <= set(claims[number])
    assert not set(anew[number]) & set(claims.loc[~claims["remit_key"].isin(anew["remit_key"]), number])


def test_every_kind_of_later_event_is_there(synthetic: SyntheticClaims, result: RemitResult) -> None:
    claims = result.batch.remit_claims
    denied = synthetic.outcomes.drop_duplicates("claim_id").set_index("claim_id")["denied"]
    sent = synthetic.batch.claims.set_index("claim_id")["claim_frequency_code"]
    first = (sent.loc[claims["claim_id"]] == "1").to_numpy()
    replaced = claims[(claims["claim_frequency_code"] == "7") & first]
    assert (denied.loc[replaced["claim_id"]] == 1).all()
    assert {"1", "4"} <= set(replaced["claim_status_code"])
    back = claims[claims["is_reversal"]]
    assert set(denied.loc[back["claim_id"]]) == {0, 1}
    second = claims[claims["claim_status_code"] == "2"]
    forwarded = claims[claims["claim_status_code"] == "19"]
    assert set(second["claim_id"]) == set(forwarded["claim_id"]) != set()
    owed = forwarded.set_index("claim_id")["patient_responsibility_cents"]
    assert (second.set_index("claim_id")["total_paid_cents"] == owed.loc[second["claim_id"]]).all()
    parts = result.batch.remarks.loc[result.batch.remarks["rarc"] == "MA15", "remit_key"]
    assert claims["claim_id"].iloc[parts].value_counts().eq(2).all()
    assert len(parts) > 40


def test_no_payment_is_negative_and_what_is_taken_back_is_made_up_for_later(result: RemitResult) -> None:
    payments, moved = result.batch.payments, result.batch.provider_adjustments
    assert (payments["payment_cents"] >= 0).all()
    moved = moved.assign(payer=payments["payer_id"].array.take(moved["payment_key"].to_numpy("int64")))
    assert (moved["adjustment_cents"] < 0).any()
    for _, rows in moved.groupby("payer"):
        balance = rows["adjustment_cents"].tolist()
        for back, made_up in zip(balance[::2], balance[1::2], strict=False):
            assert back == -made_up < 0


def test_groups_say_who_bears_a_denial(result: RemitResult) -> None:
    batch = result.batch
    types = batch.remit_claims["payer_type"].to_numpy()[batch.adjustments["remit_key"]]
    adjusted = batch.adjustments.assign(workers=types == "workers_comp")
    groups = {
        carc: set(rows["group_code"]) for carc, rows in adjusted[~adjusted["workers"]].groupby("carc", observed=True)
    }
    assert {carc for carc, found in groups.items() if found == {"PR"}} == {"1", "2", "3", "27", "31", "119"}
    assert groups["18"] == groups["23"] == {"OA"}
    assert groups["45"] == groups["50"] == groups["97"] == {"CO"}
    assert set(adjusted.loc[adjusted["workers"], "group_code"]) == {"CO"}


def test_the_patient_owes_what_the_group_pr_says(result: RemitResult) -> None:
    batch = result.batch
    owed = batch.adjustments[batch.adjustments["group_code"] == "PR"].groupby("remit_key")["adjustment_cents"].sum()
    claims = batch.remit_claims[~batch.remit_claims["is_reversal"]]
    stated = claims["patient_responsibility_cents"]
    assert stated.tolist() == owed.reindex(claims["remit_key"], fill_value=0).tolist()
    assert (batch.remit_lines["line_paid_cents"][batch.remit_lines["remit_key"].isin(claims["remit_key"])] >= 0).all()


def test_a_payer_pays_once_a_day_and_decides_on_the_day_of_the_label(
    synthetic: SyntheticClaims, result: RemitResult, initial: pd.DataFrame
) -> None:
    batch = result.batch
    assert not batch.payments.duplicated(["payer_id", "payment_date"]).any()
    assert batch.payments["trace_number"].is_unique
    outcomes = synthetic.outcomes.drop_duplicates("claim_id").set_index("claim_id")
    days = initial.groupby("claim_id")["remit_date"].agg(["min", "max"]).loc[outcomes.index]
    assert (days["min"].where(outcomes["denied"] == 1, days["max"]) == outcomes["remit_date"]).all()
    assert (days["min"] < days["max"]).any()
    sent = synthetic.batch.claims.set_index("claim_id")
    assert (days["min"] > sent["submission_date"].loc[days.index]).all()
    payer = batch.payments["payer_id"].array.take(initial["payment_key"].to_numpy("int64"))
    assert (sent["payer_id"].loc[initial["claim_id"]] == payer).all()
    assert initial["payer_claim_control_number"].str.fullmatch(r"2[4-7][0-9]{11}").all()


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
    # The validator's list of remark codes has a gap at MA15, in force since 1997.
    path.write_text(path.read_text().replace("*MA15~", "*MA18~"))
    outputs = dict.fromkeys(["fd_997", "fd_html", "fd_xmldoc", "fd_json", "map_path"])
    assert document.x12n_document(param=params.params(None), src_file=str(path), **outputs)


def test_fees_are_of_the_world_and_not_of_the_sample() -> None:
    def shares(seed: int, world: int) -> dict[tuple[str, str], float]:
        drawn = simulate(400, seed=seed, world=world)
        lines = drawn.batch.lines_with("payer_id").assign(allowed=line_amounts(drawn)["allowed_cents"])
        known = lines["payer_id"].notna() & lines["procedure_code"].notna()
        paid = lines[known & (lines["allowed"] > 0) & (lines["line_charge_cents"] > 5_000)]
        share = paid["allowed"] / paid["line_charge_cents"].astype("float64")
        return dict(zip(zip(paid["payer_id"], paid["procedure_code"], strict=True), share, strict=True))

    one, other, elsewhere = shares(1, 1), shares(2, 1), shares(1, 2)
    common = one.keys() & other.keys()
    assert len(common) > 50
    assert [one[key] for key in common] == [pytest.approx(other[key], abs=1e-3) for key in common]
    differ = [abs(one[key] - elsewhere[key]) > 5e-3 for key in one.keys() & elsewhere.keys()]
    assert len(differ) > 50
    assert sum(differ) > 0.8 * len(differ)

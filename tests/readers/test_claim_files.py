"""Files of any kind into one batch."""

import gzip
import os
from pathlib import Path
from threading import Thread

import pytest

from risk.errors import InputError
from risk.readers import read_claim_data, read_claims

CSV = b"claim_id,payer_id,dx_code_1,procedure_code,Chg,service_from_date\nA1,P1,M54.16,99213,100.00,2026-10-02\n"
MAPPING = {"Chg": "line_charge"}
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"


def test_csv_and_837_are_read_into_one_batch_in_the_given_order(tmp_path):
    path = tmp_path / "claims.837"  # the suffix says nothing
    path.write_bytes(gzip.compress(CSV))
    interchange = FIXTURES / "professional.837"
    result = read_claims([path, interchange], mapping=MAPPING)
    assert result.batch.claims["source_file"].drop_duplicates().tolist() == [str(path), str(interchange)]
    assert result.batch.claims["claim_id"][0] == "A1"
    assert result.claims_read == len(result.batch) + len(result.rejects) > 1


def test_one_source_needs_no_list_and_the_mapping_may_be_a_file(tmp_path):
    (tmp_path / "c.csv").write_bytes(CSV)
    (tmp_path / "m.toml").write_text('[columns]\nChg = "line_charge"\n', encoding="utf-8")
    assert read_claims(tmp_path / "c.csv", mapping=tmp_path / "m.toml").claims_read == 1


def test_one_file_named_twice_is_refused(tmp_path):
    (tmp_path / "c.csv").write_bytes(CSV)
    with pytest.raises(InputError, match="named twice"):
        read_claims([tmp_path / "c.csv", str(tmp_path / "c.csv")], mapping=MAPPING)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_of_several_sources_a_pipe_is_opened_once(tmp_path):
    (tmp_path / "a.csv").write_bytes(CSV)
    os.mkfifo(tmp_path / "pipe")
    writer = Thread(target=(tmp_path / "pipe").write_bytes, args=[CSV.replace(b"A1", b"B1")], daemon=True)
    writer.start()
    refused = {}
    result = read_claims([tmp_path / "a.csv", tmp_path / "pipe"], mapping=MAPPING, refused=refused)
    writer.join(10)
    assert result.batch.claims["claim_id"].tolist() == ["A1", "B1"]
    assert not refused


def test_an_upload_is_read_from_memory():
    assert read_claim_data(CSV, "upload", MAPPING).batch.claims["source_file"].tolist() == ["upload"]
    with pytest.raises(InputError, match=r"^upload: .*empty"):
        read_claim_data(b"", "upload")

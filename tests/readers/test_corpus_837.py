"""837 files that others wrote, where they are at hand: the folder ``shared`` beside the repository, or the one that
DENIAL_RISK_SHARED names."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from pathlib import Path

import pytest

from risk.claims import structural_failures
from risk.errors import InputError
from risk.readers.claims_837 import read_claims_837

SHARED = Path(os.environ.get("DENIAL_RISK_SHARED") or Path(__file__).resolve().parents[3] / "shared")
CORPUS = SHARED / "corpus"
MANIFEST = CORPUS / "MANIFEST.tsv"

#: What every file that holds no 837P or 837I claims is called in its refusal, by the manifest's kind.
REFUSED = {
    "835": "an 835 remittance",
    "835_4010": "an 835 remittance",
    "837p4010": "a version 4010 837P",
    "837i4010": "a version 4010 837I",
    "837x291": "an 837P predetermination",
    "837x292": "an 837I predetermination",
    "837x298": "an 837P post-adjudication report",
    "277": "a 277 claim status response",
    "277ca": "a 277CA claim acknowledgment",
    "997": "a 997 acknowledgment",
    "999": "a 999 acknowledgment",
}


def manifest(*kinds: str) -> list[dict[str, str]]:
    if not MANIFEST.exists():
        return []
    with MANIFEST.open(encoding="utf-8", newline="") as rows:
        return [row for row in csv.DictReader(rows, delimiter="\t") if row["kind"] in kinds]


def name(row: dict[str, str]) -> str:
    return row["file"]


def test_the_files_of_other_writers_are_at_hand() -> None:
    if not MANIFEST.exists():
        pytest.skip("no corpus of other writers' files beside the repository; DENIAL_RISK_SHARED can name its folder")
    assert len(manifest("837p", "837i")) > 40
    assert len(manifest(*REFUSED)) > 20


@pytest.mark.parametrize("row", manifest("837p", "837i"), ids=name)
def test_every_claim_and_service_line_of_other_writers_is_read(row: dict[str, str]) -> None:
    result = read_claims_837((CORPUS / row["file"]).read_bytes(), row["file"])
    assert result.claims_read == int(row["claims"])
    assert result.rejects == []
    assert len(result.batch.service_lines) == int(row["service_lines"])
    assert structural_failures(result.batch) == []


@pytest.mark.parametrize("row", manifest("837p", "837i"), ids=name)
def test_envelopes_that_the_manifest_calls_wrong_are_noted_and_only_those(row: dict[str, str]) -> None:
    result = read_claims_837((CORPUS / row["file"]).read_bytes(), row["file"])
    noted = {note.element for note in result.notes}
    assert ("SE01" in noted) == ("SE01 wrong" in row["quirks"])
    assert ("SE02" in noted) == ("SE02!=ST02" in row["quirks"])
    kind = [note for note in result.notes if "other kind" in note.reason]
    assert bool(kind) == ("GS08/ST03 says 837I" in row["quirks"]) or row["file"] in MIXED_KINDS


#: Two of its three transactions name the other guide; the manifest gives the first one's version only.
MIXED_KINDS = {"837p/mimilabs__sample_837_12.txt"}


@pytest.mark.parametrize("row", manifest(*REFUSED), ids=name)
def test_other_transactions_are_refused_by_name(row: dict[str, str]) -> None:
    with pytest.raises(InputError) as refusal:
        read_claims_837((CORPUS / row["file"]).read_bytes(), row["file"])
    assert REFUSED[row["kind"]] in str(refusal.value)
    assert "expected 837P or 837I claims" in str(refusal.value)


@pytest.mark.parametrize("row", manifest("837p", "837i"), ids=name)
def test_a_file_of_other_writers_cut_short_never_loses_a_claim_silently(row: dict[str, str]) -> None:
    data = (CORPUS / row["file"]).read_bytes()[:6000]
    for tenth in range(1, 10):
        cut = data[: len(data) * tenth // 10]
        try:
            result = read_claims_837(cut, row["file"])
        except InputError:
            continue
        assert result.claims_read == len(result.batch) + len(result.rejects)
        assert len(result.rejects) <= 1


@pytest.mark.parametrize("row", manifest("837p", "837i"), ids=name)
def test_an_independent_validator_counts_the_same_claims_and_lines(row: dict[str, str]) -> None:
    """Of the files pyx12 accepts; it has its own reader."""
    params, document = pytest.importorskip("pyx12.params"), pytest.importorskip("pyx12.x12n_document")
    x12file = pytest.importorskip("pyx12.x12file")
    path = CORPUS / row["file"]
    text = path.read_text(encoding="latin-1")
    quiet = {"fd_html": None, "fd_xmldoc": None, "fd_json": None, "map_path": None}
    try:
        accepted = document.x12n_document(params.params(None), io.StringIO(text), io.StringIO(), **quiet)
    except Exception as error:
        pytest.skip(f"pyx12 does not read this file: {type(error).__name__}")
    if not accepted:
        pytest.skip("pyx12 does not accept this file")
    counted = Counter(segment.get_seg_id() for segment in x12file.X12Reader(io.StringIO(text)))
    result = read_claims_837(path.read_bytes(), row["file"])
    assert len(result.batch) == counted["CLM"]
    assert len(result.batch.service_lines) == counted["LX"]

"""835 files that others wrote, where they are at hand: the folder ``shared`` beside the repository, or the one that
DENIAL_RISK_SHARED names."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from risk.errors import InputError
from risk.readers.remits_835 import read_remits_835

SHARED = Path(os.environ.get("DENIAL_RISK_SHARED") or Path(__file__).resolve().parents[3] / "shared")
CORPUS = SHARED / "corpus"
MANIFEST = CORPUS / "MANIFEST.tsv"
REMITS = ("835", "835_4010")
CLAIMS = {"837p": "an 837P claim file", "837i": "an 837I claim file"}

#: Their claims have words for amounts, or no status: every one is a reject.
WITHOUT_AMOUNTS = {"835/apifocal__example835One.txt", "835/jdavisp3__sample_835.txt"}


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
    assert len(manifest(*REMITS)) > 30
    assert {row["file"] for row in manifest("835")} >= WITHOUT_AMOUNTS


@pytest.mark.parametrize("row", manifest(*REMITS), ids=name)
def test_every_remit_and_service_line_of_other_writers_is_read(row: dict[str, str]) -> None:
    result = read_remits_835((CORPUS / row["file"]).read_bytes(), row["file"])
    assert result.claims_read == int(row["claims"])
    assert len(result.rejects) == (int(row["claims"]) if row["file"] in WITHOUT_AMOUNTS else 0)
    assert len(result.batch.remit_lines) == int(row["service_lines"])
    assert len(result.batch.payments) == int(row["ST"])


@pytest.mark.parametrize("row", manifest(*REMITS), ids=name)
def test_envelopes_that_the_manifest_calls_wrong_are_noted_and_only_those(row: dict[str, str]) -> None:
    result = read_remits_835((CORPUS / row["file"]).read_bytes(), row["file"])
    assert ("SE01" in {note.element for note in result.notes}) == ("SE01 wrong" in row["quirks"])


@pytest.mark.parametrize("row", manifest(*CLAIMS), ids=name)
def test_claim_files_are_refused_by_name(row: dict[str, str]) -> None:
    with pytest.raises(InputError) as refusal:
        read_remits_835((CORPUS / row["file"]).read_bytes(), row["file"])
    assert "expected 835 remittances" in str(refusal.value)
    assert "an 837" in str(refusal.value)


@pytest.mark.parametrize("row", manifest("835"), ids=name)
def test_a_file_of_other_writers_cut_short_never_loses_a_remit_silently(row: dict[str, str]) -> None:
    data = (CORPUS / row["file"]).read_bytes()
    for tenth in range(1, 10):
        try:
            result = read_remits_835(data[: len(data) * tenth // 10], row["file"])
        except InputError:
            continue
        assert result.claims_read == len(result.batch) + len(result.rejects)
        assert len(result.rejects) <= (int(row["claims"]) if row["file"] in WITHOUT_AMOUNTS else 1)

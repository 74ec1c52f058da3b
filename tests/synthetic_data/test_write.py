import re

import pandas as pd
import pyarrow.parquet as pq
import pytest

from synthetic_data import simulate
from synthetic_data.write import LABEL_COLUMNS, write_world


@pytest.fixture(scope="module")
def synthetic():
    return simulate(3_000, seed=2)


def test_a_sample_is_written_as_claims_labels_and_truth(synthetic, tmp_path):
    files = write_world(synthetic, tmp_path / "new" / "folder")
    names = [
        "claims.csv",
        "claims.837",
        "claims_i.837",
        "remits.835",
        "truth.parquet",
        "truth_lines.parquet",
        "labels.parquet",
    ]
    assert [file.name for file in files] == names
    assert sorted(file.name for file in files[0].parent.iterdir()) == sorted(file.name for file in files)
    kinds = synthetic.batch.claims["claim_kind"].value_counts()
    assert files[1].read_text().count("CLM*") == kinds["professional"]
    assert files[2].read_text().count("CLM*") == kinds["institutional"] > 400
    assert len(set(re.findall(r"CLP\*([^*]+)", files[3].read_text()))) == 3_000
    pd.testing.assert_frame_equal(pd.read_parquet(files[4]), synthetic.truth, check_dtype=False)
    pd.testing.assert_frame_equal(pd.read_parquet(files[5]), synthetic.line_truth, check_dtype=False)


def test_labels_are_the_csv_layout_with_the_outcome_of_each_line(synthetic, tmp_path):
    csv_file, *_, labels_file = write_world(synthetic, tmp_path)
    claims = pd.read_csv(csv_file, dtype="str", keep_default_na=False)
    labels = pq.read_table(labels_file)
    assert labels.column_names == [*claims.columns, *LABEL_COLUMNS]
    assert labels.num_rows == len(claims) == len(synthetic.outcomes)
    for column in ("claim_id", "line_number"):
        assert labels[column].to_pylist() == [str(value) for value in synthetic.outcomes[column]]
    assert labels["denied"].to_pylist() == synthetic.outcomes["denied"].tolist()


def test_the_same_sample_gives_the_same_bytes(tmp_path):
    for folder in ("one", "two"):
        write_world(simulate(400, seed=9), tmp_path / folder)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from risk.claims import make_batch
from risk.claims.frames import TYPES, column_of, frame_of, integers_of, texts_of
from risk.claims.kinds import DTYPES

FROM_ARROW = {
    "key": pa.array([3, 4, 5]),
    "count": pa.array([1, None, 3]),
    "cents": pa.array([1, 2, 3]),
    "number": pa.array([1.5, None, 2.0]),
    "text": pa.array(["A", None, "B"]),
    "date": pa.array([0, None, 86_400], pa.timestamp("s")),
}


@pytest.mark.parametrize("kind", FROM_ARROW)
def test_a_column_of_arrow_has_the_type_of_its_kind_and_the_same_values(kind):
    values = FROM_ARROW[kind]
    expected = pd.Series(values.to_pylist(), dtype=DTYPES[kind], name=kind)
    frame = frame_of({kind: column_of(values, kind)}, pd.RangeIndex(3))
    pd.testing.assert_series_equal(frame[kind], expected)


def test_numbers_of_numpy_become_nullable_where_the_kind_is():
    numbers = np.array([1, 2])
    assert column_of(numbers, "count").dtype == TYPES["count"]
    assert column_of(numbers, "key") is numbers


def test_a_table_is_the_one_that_pandas_would_make_and_keeps_its_index():
    columns = {
        "key": np.array([0, 1]),
        "day": np.array(["2024-01-02", "NaT"], dtype="datetime64[s]"),
        "same_day": pd.array(np.array(["2024-01-02", "NaT"], dtype="datetime64[s]")),
        "plain": pd.Series([1.0, 2.0]).array,
        "cents": integers_of(np.array([1, 2]), np.array([False, True])),
        "text": texts_of(pa.array(["A", None], pa.large_string())),
    }
    index = pd.Index([7, 9])
    pd.testing.assert_frame_equal(frame_of(columns, index), pd.DataFrame(columns, index=index))


def test_a_table_may_be_changed_and_another_of_the_same_columns_is_not():
    one, other = (frame_of({"a": np.array([1]), "b": np.array([2])}, pd.RangeIndex(1)) for _ in range(2))
    one["c"] = 3
    one["a"] = [4]
    assert one.to_dict("list") == {"a": [4], "b": [2], "c": [3]}
    assert other.to_dict("list") == {"a": [1], "b": [2]}


def test_a_batch_is_the_same_from_lists_arrays_and_tables():
    lists = {"claim_id": ["A", "B"], "source_offset": [2, None], "total_charge_cents": [100, 200]}
    arrays = {
        "claim_id": np.array(["A", "B"], dtype=object),
        "source_offset": integers_of(np.array([2, 0]), np.array([False, True])),
        "total_charge_cents": np.array([100, 200]),
    }
    batches = [make_batch(claims, {}, {}) for claims in (lists, arrays, pd.DataFrame(lists, index=[5, 3]))]
    for batch in batches[1:]:
        pd.testing.assert_frame_equal(batch.claims, batches[0].claims)


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="claims: columns of different lengths"):
        make_batch({"claim_id": np.array(["A"]), "total_charge_cents": np.array([1, 2])}, {}, {})

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.readers.values import PARSERS, read_cells, read_columns

#: Cells as files have them, some of no kind at all.
CELLS = [
    *("2024-01-02", "2024-02-30", "1799-12-31", "2199-12-31", "2200-01-01", "01/02/2024", "20240102", " 2024-01-02 "),
    *("F", "female", " f", "commercial", "COMMERCIAL", "Workers Comp", "self", "18", "1", "01", "1.0", "12.50", "-3"),
    *("M54.5", "m545", "a\nb", "a\rb", "1:2", "AB", "  ", "131", "0131"),
]

columns = st.lists(st.one_of(st.none(), st.sampled_from(CELLS)), min_size=1, max_size=6)


def coded(cells):
    return pa.array(cells, pa.large_string()).dictionary_encode()


def told(cells):
    """Value of each row, and which rows are unreadable."""
    return cells.at(cells.codes).to_pylist(), cells.unreadable.tolist()


@given(st.lists(columns, min_size=1, max_size=4), st.sampled_from(sorted(PARSERS)))
def test_columns_read_together_are_what_each_is_alone(several, kind):
    named = {f"column_{rank}": coded(cells) for rank, cells in enumerate(several)}
    together = read_columns(named, dict.fromkeys(named, kind))
    assert list(together) == list(named)
    for name, column in named.items():
        assert told(together[name]) == told(read_cells(column, kind))


@given(columns, st.sampled_from(sorted(PARSERS)))
def test_a_cell_is_read_the_same_among_others(cells, kind):
    values, unreadable = told(read_cells(coded(cells), kind))
    alone = [told(read_cells(coded([cell]), kind)) for cell in cells]
    assert values == [value for (value,), _ in alone]
    assert unreadable == [row for row, (_, rows) in enumerate(alone) if rows]


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [("date", "2024-01-02", "1/2/2024"), ("number", "1", "1.0"), ("sex", "F", "female"), ("dx", "M54.5", "m545")],
)
def test_texts_of_one_value_share_their_code(kind, one, other):
    codes = read_cells(coded([one, other, None]), kind).codes.tolist()
    assert codes[0] == codes[1] >= 0
    assert codes[2] == -1

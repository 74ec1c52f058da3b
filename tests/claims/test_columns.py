import pandas as pd
import pyarrow as pa

from risk.claims.columns import factorized, holds, map_unique, numbered, one_of, rows_where, spread

CODES = pd.Series(["A", None, "B", "A"], dtype="str", index=[5, 6, 7, 8])


def test_a_look_up_runs_on_distinct_values_only():
    seen = []

    def describe(distinct):
        seen.extend(distinct)
        return distinct.str.lower()

    values = pd.Series(["A", None, "B", "A"], dtype="str", index=[5, 6, 7, 8])
    answers = map_unique(values, describe)
    assert seen == ["A", "B"]
    assert answers.index.tolist() == [5, 6, 7, 8]
    assert answers.dropna().tolist() == ["a", "b", "a"]
    assert map_unique(values, lambda distinct: distinct == "A").tolist() == [True, False, False, True]


def test_each_text_is_asked_about_once_and_null_has_an_answer_of_its_own():
    asked = []
    lengths = spread(CODES, lambda text: asked.append(text) or len(text), null=-1)
    assert lengths.tolist() == [1, -1, 1, 1]
    assert asked == ["A", "B"]
    assert holds(CODES, lambda text: text > "A").tolist() == [False, False, True, False]
    assert one_of(CODES, ["A", "C"]).tolist() == [True, False, False, True]
    assert numbered(CODES).tolist() == [0, -1, 1, 0]


def test_a_column_of_another_kind_is_factorized_too():
    positions, distinct = factorized(pd.Series([3, 1, 3]))
    assert (positions.tolist(), distinct) == ([0, 1, 0], [3, 1])


def test_what_is_remembered_of_a_column_is_not_taken_for_another():
    for text in ("A", "B", "C"):
        column = pd.Series(pd.array(pa.array([text, "D"], pa.large_string()), dtype="str"))
        assert factorized(column).distinct == [text, "D"]
        del column


def test_rows_keep_their_index():
    table = pd.DataFrame({"code": ["A", "B", "C"]}, index=[7, 8, 9])
    assert rows_where(table, CODES.head(3).isna().to_numpy()).index.tolist() == [8]
    assert rows_where(table, table["code"].isin(["A", "B", "C"]).to_numpy()).index.tolist() == [7, 8, 9]
    assert rows_where(table, table["code"].isin([]).to_numpy()).index.tolist() == []

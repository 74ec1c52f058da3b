import pandas as pd
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from risk.reference.published.codes import NONE, SPAN, code_of, numbers_of, numbers_of_series

CODES = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=5, max_size=5)


@given(st.lists(CODES, max_size=20))
def test_a_code_is_a_number_and_back_and_keeps_its_order(codes):
    numbers = numbers_of(pa.array(codes, pa.large_string()))
    assert [code_of(number) for number in numbers.tolist()] == codes
    assert sorted(codes) == [code_of(number) for number in sorted(numbers.tolist())]
    assert all(0 <= number < SPAN for number in numbers.tolist())


@given(st.lists(st.none() | st.text(max_size=7) | CODES, max_size=20))
def test_what_is_no_code_has_no_number(texts):
    numbers = numbers_of(pa.array(texts, pa.large_string()))
    for text, number in zip(texts, numbers.tolist(), strict=True):
        is_code = text is not None and len(text) == 5 and text.isascii() and text.isalnum() and text == text.upper()
        assert (number != NONE) == is_code


def test_a_column_may_have_missing_codes():
    codes = pd.Series(["62323", None, "x", "62323"], dtype="str")
    numbers = numbers_of_series(codes).tolist()
    assert numbers[0] == numbers[3]
    assert numbers[1:3] == [NONE, NONE]

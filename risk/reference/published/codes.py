"""Procedure codes as whole numbers, so that tables of millions of rows can be searched by halving."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Array = np.ndarray[Any, Any]

LENGTH = 5  # characters of a CPT or HCPCS code
_ALPHABET = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BASE = len(_ALPHABET)
#: A pair is the first code times this, plus the second.
SPAN = np.int64(1 << 26)
assert _BASE**LENGTH < SPAN

_DIGIT = np.full(256, -1, dtype=np.int64)
_DIGIT[list(_ALPHABET)] = np.arange(_BASE)
_POWERS = _BASE ** np.arange(LENGTH - 1, -1, -1, dtype=np.int64)

#: Number of what is no code.
NONE = np.int64(-1)


def numbers_of(texts: pa.Array) -> Array:
    """Number of each code, in order; :data:`NONE` where a text is null or not five capital letters and digits."""
    texts = texts.cast(pa.large_string())
    lengths = pc.binary_length(texts).fill_null(0).to_numpy(zero_copy_only=False)
    good = lengths == LENGTH
    numbers = np.full(len(texts), NONE)
    kept = texts.filter(pa.array(good)) if not good.all() else texts
    if not len(kept):
        return numbers
    offsets = np.frombuffer(kept.buffers()[1], np.int64, len(kept) + 1, kept.offset * 8)
    letters = np.frombuffer(kept.buffers()[2], np.uint8, int(offsets[-1] - offsets[0]), int(offsets[0]))
    if len(letters) != LENGTH * len(kept):  # letters beyond ASCII
        return np.array([_number(text) for text in texts.to_pylist()], dtype=np.int64)
    digits = _DIGIT[letters.reshape(-1, LENGTH)]
    numbers[good] = np.where((digits >= 0).all(axis=1), digits @ _POWERS, NONE)
    return numbers


def numbers_of_series(codes: pd.Series) -> Array:
    """Number of each code of a column, as :func:`numbers_of`."""
    positions, distinct = pd.factorize(codes)
    numbers = np.append(numbers_of(pa.array(distinct, pa.large_string(), from_pandas=True)), NONE)
    answer: Array = numbers[positions]  # −1, a missing code, is the last
    return answer


def code_of(number: int) -> str:
    """Code of a number."""
    digits = [(number // int(power)) % _BASE for power in _POWERS]
    return bytes(_ALPHABET[digit] for digit in digits).decode()


def _number(text: str | None) -> int:
    if text is None or len(text) != LENGTH or not text.isascii():
        return int(NONE)
    digits = [int(_DIGIT[letter]) for letter in text.encode()]
    return int(np.dot(digits, _POWERS)) if min(digits) >= 0 else int(NONE)

"""The secret of a store, and the digests it keeps instead of what identifies a patient.

The secret lies beside the store, in a file of its own: a copy of the store alone tells nobody who its patients are, not
even whoever tries all member ids there may be.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features import patients_of
from risk.claims.tables import ClaimBatch
from risk.errors import InputError

#: Parts of what is digested are told apart by a character that no field of a claim holds.
_BETWEEN = "\x1f"

#: Bytes of a digest: with ten million patients the odds of two with the same are about one to 400,000.
_BYTES = 8


def secret_file(store: Path) -> Path:
    """Where the secret of a store lies."""
    return store.with_name(f"{store.name}.key")


@dataclass(frozen=True)
class Secret:
    """What digests are keyed with."""

    key: bytes

    @property
    def name(self) -> str:
        """Tells this secret from others, and nothing about it."""
        return hashlib.blake2b(b"name", key=self.key, digest_size=_BYTES).hexdigest()

    def digests(self, kind: str, values: pd.Series) -> pd.Series:
        """A nullable number for each text, null where it is; ``kind`` keeps like texts of other things apart."""
        positions, distinct = pd.factorize(values)
        known = np.fromiter((self._digest(f"{kind}{_BETWEEN}{one}") for one in distinct), "int64", len(distinct))
        null = positions < 0
        found = np.append(known, 0)[positions]
        return pd.Series(pd.arrays.IntegerArray(found, null), index=values.index)

    def _digest(self, text: str) -> int:
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self.key, digest_size=_BYTES).digest()
        return int.from_bytes(digest, "big", signed=True)

    def members(self, batch: ClaimBatch) -> pd.Series:
        """Whose each claim is by member id alone, by claim_key."""
        return self.digests("member", batch.claims["member_id"])

    def patients(self, batch: ClaimBatch) -> pd.Series:
        """Whose each claim is by member id and birth date, by claim_key."""
        return self.digests("patient", patients_of(batch))

    def submissions(self, batch: ClaimBatch) -> pd.Series:
        """Which submission of which claim each is, by claim_key.

        The same biller, claim id, kind of claim and frequency (1 where none is said), the same patient as far as known,
        first day of service and day of submission. A claim id alone does not tell: some systems write the same number
        on all claims of a patient.
        """
        claims = batch.claims
        parts: list[Any] = [
            claims["billing_npi"],
            claims["claim_id"],
            claims["claim_kind"],
            claims["claim_frequency_code"].fillna("1"),
            claims["member_id"],
            _iso(claims["patient_birth_date"]),
            _iso(batch.first_service_date.reset_index(drop=True)),
            _iso(claims["submission_date"]),
        ]
        texts = parts[0].fillna("").astype("str")
        for one in parts[1:]:
            texts = texts + _BETWEEN + one.fillna("").astype("str")
        return self.digests("submission", texts)


def content_digests(claims: pd.DataFrame, lines: pd.DataFrame) -> NDArray[np.int64]:
    """What each claim says, as a number; ``lines`` are those of the claims, keyed by the position of the claim."""
    total = pd.util.hash_pandas_object(claims, index=False).to_numpy(copy=True)
    of_lines = pd.util.hash_pandas_object(lines.drop(columns="claim_key"), index=False).to_numpy()
    np.add.at(total, lines["claim_key"].to_numpy(), of_lines)
    return np.asarray(total.view("int64"))


def made_secret(store: Path) -> Secret:
    """The secret of a store that is about to be made; one that lies there already stays."""
    path = secret_file(store)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_secret(store)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(32) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    return read_secret(store)


def read_secret(store: Path) -> Secret:
    """The secret of a store; raises :class:`InputError` where it is not beside it, or none."""
    path = secret_file(store)
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError:
        raise InputError(str(path), "expected the secret of the store, beside it", "keep the two together") from None
    except ValueError:
        key = b""
    if len(key) != 32:
        raise InputError(str(path), "expected the secret of a store", "restore it from a backup")
    return Secret(key)


def _iso(days: pd.Series) -> pd.Series:
    return days.astype("datetime64[s]").dt.strftime("%Y%m%d")

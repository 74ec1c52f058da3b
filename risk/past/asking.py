"""What a store answers: past claims of the members of a batch for its rules, outcomes and services for its features."""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from features import SERVICE_COLUMNS, AskedHistory, History
from risk.claims.tables import ClaimBatch, empty_batch, make_batch
from risk.past.files import opened, told
from risk.past.frames import columns_of, fetched, lent
from risk.past.layout import CLAIM_COLUMNS, LINE_COLUMNS, STORED, StoredKind
from risk.past.secret import Secret

_DIGEST: dict[str, StoredKind] = {"digest": "digest"}


def open_past(path: Path) -> StoredPast:
    """A store to ask; while it is open nothing can be added to it, so that all of a run see the same past.

    Raises :class:`risk.errors.InputError` as :func:`risk.past.files.opened` does.
    """
    connection, secret = opened(path)
    return StoredPast(path, connection, secret)


class StoredPast:
    """An open store; a source of past claims as rules ask for them, and of a history for features."""

    def __init__(self, path: Path, connection: Any, secret: Secret) -> None:
        self._path, self._connection, self._secret = path, connection, secret
        self._end = weakref.finalize(self, connection.close)
        self.has_outcomes = self._any("denied IS NOT NULL AND known_on IS NOT NULL")
        self.has_services = self._any(_SERVED)

    def close(self) -> None:
        """Let others have the store; nothing can be asked any more."""
        self._end()

    @property
    def history(self) -> History:
        """Outcomes and services, for features."""
        return AskedHistory.over(self)

    def claims_about(self, batch: ClaimBatch) -> ClaimBatch:
        """Past claims of the members of a batch, in the order of their submission, but for those that are in it.

        A claim is in the batch where it is the same submission (:meth:`risk.past.secret.Secret.submissions`), whatever
        else it says: the batch has its later version. What the store does not keep is null. Members are called as in
        the batch; the birth date is there where a claim of the batch is the same patient's.
        """
        members, patients = self._secret.members(batch), self._secret.patients(batch)
        asked = pd.DataFrame({"digest": pd.Series(members.dropna().unique(), dtype="Int64")})
        if not len(asked):
            return empty_batch()
        own = pd.DataFrame({"digest": self._secret.submissions(batch)})
        with told(self._path), lent(self._connection, members=(asked, _DIGEST), own=(own, _DIGEST)):
            claims = fetched(self._connection, _CLAIMS, _CLAIM_KINDS)
            lines = fetched(self._connection, _LINES, _LINE_KINDS)
        keys = claims["claim_key"].to_numpy()
        order = np.argsort(keys)
        lines["claim_key"] = order[np.searchsorted(keys, lines["claim_key"].to_numpy(), sorter=order)]
        named = claims[list(CLAIM_COLUMNS)].assign(
            member_id=_called(claims["member"], members, batch.claims["member_id"]),
            patient_birth_date=_called(claims["patient"], patients, batch.claims["patient_birth_date"]),
        )
        return make_batch(named, lines, {})

    def daily_counts(self, keys: pd.DataFrame) -> pd.DataFrame:
        """See :class:`features.PastSource`."""
        columns: dict[str, StoredKind] = dict.fromkeys(keys.columns, "text")
        joined = f"JOIN asked USING ({', '.join(columns)})" if columns else ""
        kinds = columns | {"remit_date": "date", "claims": "count", "denied": "count"}
        selected = "".join(f"{name}, " for name in columns)
        with told(self._path), lent(self._connection, asked=(keys, columns or {})) if columns else told(self._path):
            return fetched(
                self._connection,
                f"""SELECT {selected}known_on, count(*), count(*) FILTER (denied) FROM claims {joined}
                WHERE denied IS NOT NULL AND known_on IS NOT NULL GROUP BY ALL ORDER BY ALL""",  # noqa: S608  names of columns
                kinds,
            )

    def services_of(self, patients: pd.Series) -> pd.DataFrame:
        """See :class:`features.PastSource`."""
        digests = self._secret.digests("patient", patients)
        with told(self._path), lent(self._connection, asked=(pd.DataFrame({"digest": digests}), _DIGEST)):
            found = fetched(
                self._connection,
                f"""SELECT patient, procedure_code, service_date FROM claims JOIN asked ON patient = digest
                WHERE {_SERVED} ORDER BY ALL""",  # noqa: S608  said below
                {"patient": "digest", "procedure_code": "text", "service_date": "date"},
            )
        return found.assign(patient=_called(found["patient"], digests, patients))[list(SERVICE_COLUMNS)]

    def _any(self, condition: str) -> bool:
        with told(self._path):
            found = self._connection.execute(f"SELECT 1 FROM claims WHERE {condition} LIMIT 1").fetchall()  # noqa: S608  ours
        return bool(found)


_SERVED = "patient IS NOT NULL AND procedure_code IS NOT NULL AND service_date IS NOT NULL"

_OTHERS = """member IN (FROM members) AND submission NOT IN (FROM own)"""
_CLAIM_KINDS = {name: STORED["claims"][name] for name in ("claim_key", "member", "patient", *CLAIM_COLUMNS)}
_CLAIMS = (
    f"SELECT {columns_of(list(_CLAIM_KINDS), 'claims')} FROM claims WHERE {_OTHERS} "  # noqa: S608  names of the layout
    "ORDER BY submitted_on NULLS LAST, claim_id, claim_key"
)
_LINE_KINDS = {name: STORED["lines"][name] for name in ("claim_key", *LINE_COLUMNS)}
_LINES = (
    f"SELECT {columns_of(list(_LINE_KINDS), 'lines', of='lines')} FROM lines JOIN claims USING (claim_key) "  # noqa: S608  the same
    f"WHERE {_OTHERS} ORDER BY claim_key, line_number"
)


def _called(digests: pd.Series, known: pd.Series, names: pd.Series) -> pd.Series:
    """What some digests stand for, as told by those whose names are known; null for others."""
    pairs = pd.DataFrame({"digest": known.array, "name": names.array}).dropna(subset="digest").drop_duplicates("digest")
    at = pd.Index(pairs["digest"]).get_indexer(pd.Index(digests))
    return pd.Series(pairs["name"].array.take(at, allow_fill=True), index=digests.index)

"""Claims and remittances put into a store: each once, whatever the order, all of an addition or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from features import past_facts
from risk.claims.remits import RemitBatch
from risk.claims.tables import ClaimBatch
from risk.labelled import submitted_on
from risk.outcomes import content_hashes
from risk.past.deciding import decide
from risk.past.files import writing
from risk.past.frames import insert, lent, row, run
from risk.past.layout import CLAIM_COLUMNS, LINE_COLUMNS, REMITS, StoredKind
from risk.past.secret import Secret, content_digests

_NAMES: dict[str, StoredKind] = {"place": "key", "submission": "digest", "content": "digest"}


@dataclass
class Added:
    """What an addition did.

    Attributes
    ----------
    claims_new, claims_known
        Claims that were not there, or not as they are now; and those that were.
    claims_replaced
        Earlier versions that were taken out.
    remits_new, remits_known
        The same of remits.
    """

    claims_new: int = 0
    claims_known: int = 0
    claims_replaced: int = 0
    remits_new: int = 0
    remits_known: int = 0


@contextmanager
def updating(path: Path) -> Iterator[Update]:
    """Add to a store, made where there is none; at the end of the block all is there, or nothing if it fails.

    Raises :class:`risk.errors.InputError` as :func:`risk.past.files.writing` does.
    """
    with writing(path) as (connection, secret):
        update = Update(connection, secret)
        yield update
        update.finish()


class Update:
    """One addition, in one transaction."""

    def __init__(self, connection: Any, secret: Secret) -> None:
        self._connection, self._secret = connection, secret
        self.added = Added()
        (last,) = row(
            connection, "SELECT greatest((SELECT max(addition) FROM claims), (SELECT max(addition) FROM remit_claims))"
        )
        self._addition = (last or 0) + 1

    def add_claims(self, batch: ClaimBatch) -> None:
        """Add claims; those that are there already, word for word as far as it is kept, stay as they are."""
        claims, lines = self._rows(batch)
        known = self._known(claims)
        fresh = np.flatnonzero(~known & ~claims.duplicated(["submission", "content"]).to_numpy())
        start = self._next("claims", "claim_key")
        position = np.full(len(claims), -1)
        position[fresh] = start + np.arange(len(fresh))
        own = position[lines["claim_key"].to_numpy()]
        insert(self._connection, "claims", claims.iloc[fresh].assign(claim_key=position[fresh]))
        insert(self._connection, "lines", lines.assign(claim_key=own)[own >= 0])
        self.added.claims_new += len(fresh)
        self.added.claims_known += len(claims) - len(fresh)

    def add_remits(self, remits: RemitBatch) -> None:
        """Add remittances; what stands there already, in whatever file it came, does not count again."""
        content = content_hashes(remits).view("int64")
        names = pd.DataFrame({"place": np.arange(len(remits)), "content": content})
        with lent(self._connection, asked=(names, {"place": "key", "content": "digest"})):
            found = self._connection.sql(
                "SELECT DISTINCT place FROM asked JOIN remit_claims USING (content)"
            ).to_arrow_table()
        kept = ~names["content"].duplicated().to_numpy()
        kept[found["place"].to_numpy()] = False
        self.added.remits_new += int(kept.sum())
        self.added.remits_known += int((~kept).sum())
        starts = {
            "payment_key": self._next("payments", "payment_key"),
            "remit_key": self._next("remit_claims", "remit_key"),
        }
        paid = np.isin(np.arange(len(remits.payments)), remits.remit_claims["payment_key"].to_numpy("int64")[kept])
        for name, table in REMITS.items():
            rows = getattr(remits, table)
            if name == "payments":
                rows = rows[paid]
            else:
                if name == "remit_claims":
                    rows = rows.assign(content=content, addition=self._addition)
                rows = rows[kept[rows["remit_key"].to_numpy()]]
            moved = {key: rows[key] + start for key, start in starts.items() if key in rows}
            places = self._next(name, "row") + np.arange(len(rows))
            insert(self._connection, name, rows.assign(**moved, row=places))

    def finish(self) -> None:
        """Take out what has a later version, and see what became of the claims that this may have changed."""
        run(
            self._connection,
            """CREATE TEMP TABLE replaced AS SELECT claim_key FROM claims WHERE addition < $1
            AND submission IN (SELECT submission FROM claims WHERE addition = $1)""",
            [self._addition],
        )
        (self.added.claims_replaced,) = row(self._connection, "SELECT count(*) FROM replaced")
        for name in ("lines", "claims"):
            run(self._connection, f"DELETE FROM {name} WHERE claim_key IN (FROM replaced)")  # noqa: S608  two names
        decide(self._connection, self._addition)

    def _known(self, claims: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which claims are there, each marked as part of this addition too."""
        names = claims[["submission", "content"]].assign(place=np.arange(len(claims)))
        known = np.zeros(len(claims), dtype=bool)
        with lent(self._connection, asked=(names, _NAMES)):
            found = self._connection.sql(
                "SELECT DISTINCT place FROM asked JOIN claims USING (submission, content)"
            ).to_arrow_table()
            if len(found):
                run(
                    self._connection,
                    f"""UPDATE claims SET addition = {self._addition}
                    FROM (SELECT DISTINCT submission, content FROM asked) a
                    WHERE claims.submission = a.submission AND claims.content = a.content
                    AND claims.addition < {self._addition}""",  # noqa: S608  a number
                )
        known[found["place"].to_numpy()] = True
        return known

    def _rows(self, batch: ClaimBatch) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Rows of claims and of their lines, these keyed by the position of the claim."""
        facts = past_facts(batch).reset_index(drop=True)
        told = batch.claims[list(CLAIM_COLUMNS)].reset_index(drop=True)
        lines = batch.service_lines[["claim_key", *LINE_COLUMNS]].reset_index(drop=True)
        own = facts[["procedure_code", "dx_code"]].assign(dx_category=facts["dx_code"].str[:3])
        claims = told.assign(
            **own,
            service_date=facts["service_date"],
            submitted_on=submitted_on(batch).to_numpy(),
            submission=self._secret.submissions(batch).array,
            member=self._secret.members(batch).array,
            patient=self._secret.patients(batch).array,
            content=content_digests(told.join(own), lines),
            addition=self._addition,
        )
        return claims, lines

    def _next(self, table: str, key: str) -> int:
        (last,) = row(self._connection, f"SELECT max({key}) FROM {table}")  # noqa: S608  names of the layout
        return 0 if last is None else last + 1

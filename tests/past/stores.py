"""Stores of a few files each, and what is in them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from risk.past import Added, updating
from risk.past.files import reading
from risk.readers import read_claim_data
from risk.readers.remits_835 import read_remits_835


def add(store: Path, *, claims: Iterable[bytes] = (), remits: Iterable[bytes] = ()) -> Added:
    with updating(store) as update:
        for number, data in enumerate(claims):
            update.add_claims(read_claim_data(data, f"claims{number}").batch)
        for number, data in enumerate(remits):
            update.add_remits(read_remits_835(data, f"remits{number}").batch)
    return update.added


def outcomes(store: Path) -> list[tuple[object, ...]]:
    """Claim id, day of submission, outcome and since when it is known, in that order."""
    query = "SELECT claim_id, submission_date, denied, known_on FROM claims ORDER BY ALL"
    with reading(store) as (connection, _):
        return connection.execute(query).fetchall()


def labelled(found) -> list[tuple[object, ...]]:
    """The same of labels, as the tests of outcomes make them."""
    rows = found.table.drop_duplicates(["claim_id", "submission_date"])
    denied = [None if pd.isna(one) else bool(one) for one in rows["denied"]]
    days = [[None if pd.isna(day) else day.date() for day in rows[name]] for name in ("submission_date", "remit_date")]
    return sorted(zip(rows["claim_id"], days[0], denied, days[1], strict=True), key=str)

"""The outcomes of the claims that an addition may have changed: decided as `denial-risk label` decides them.

Which claim a remittance answers, and which decision was the first, depends on all claims and remittances of one claim
id, and of those that numbers of the payer lead to (:mod:`risk.outcomes.matching`). So all of these are decided
together, some ids at a time. Whether it is too early to tell depends on how long each payer takes, and so on the whole
store: it is asked anew for the few claims it matters to.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from risk.claims.remits import REMIT_TABLES, RemitBatch, make_remits
from risk.claims.tables import ClaimBatch, make_batch
from risk.outcomes import immature, initial_decisions
from risk.past.frames import columns_of, fetched, lent, row, run
from risk.past.layout import CLAIM_COLUMNS, LINE_COLUMNS, REMITS, STORED, StoredKind

#: Claim ids that are decided at a time.
IDS_AT_A_TIME = 30_000

#: Remits with one number of the payer from which on it says nothing: some write the same text on everything.
CROWDED = 1_000

_DECIDED: dict[str, StoredKind] = {
    "claim_key": "key",
    "decided": "flag",
    "decided_on": "date",
    "awaited": "flag",
    "latest": "date",
}


def decide(connection: Any, addition: int) -> None:
    """See what became of every claim whose outcome an addition may have changed."""
    run(
        connection,
        f"""CREATE TEMP TABLE affected AS
        SELECT claim_id, (hash(claim_id) % (1 + count(*) OVER () // {IDS_AT_A_TIME}))::BIGINT AS turn FROM (
            SELECT claim_id FROM claims WHERE addition = {addition} AND claim_id IS NOT NULL
            UNION SELECT claim_id FROM remit_claims WHERE addition = {addition} AND claim_id IS NOT NULL)""",  # noqa: S608  numbers
    )
    run(
        connection,
        f"""CREATE TEMP TABLE numbers AS
        SELECT * FROM (
            SELECT remit_key, payer_claim_control_number AS number FROM remit_claims
            WHERE payer_claim_control_number IS NOT NULL
            UNION SELECT remit_key, reference FROM remit_references
            WHERE qualifier = 'F8' AND line_number IS NULL AND reference IS NOT NULL)
        QUALIFY count(*) OVER (PARTITION BY number) <= {CROWDED}""",  # noqa: S608  a number
    )
    for (turn,) in connection.execute("SELECT DISTINCT turn FROM affected ORDER BY turn").fetchall():
        run(connection, "CREATE OR REPLACE TEMP TABLE ids AS SELECT claim_id FROM affected WHERE turn = ?", [turn])
        _with_what_numbers_lead_to(connection)
        batch, keys = _claims(connection)
        _keep(connection, keys, initial_decisions(batch, _remits(connection)))
    _leave_open_what_is_early(connection)
    run(
        connection,
        """UPDATE claims SET
        denied = CASE WHEN claim_key IN (FROM early) THEN NULL ELSE decided END,
        known_on = CASE WHEN claim_key IN (FROM early) OR decided_on IS NULL THEN NULL
            ELSE greatest(decided_on, submitted_on) END
        WHERE decided IS NOT NULL
        AND (denied IS NULL OR claim_key IN (FROM early) OR claim_key IN (FROM decided_now))""",
    )


def _with_what_numbers_lead_to(connection: Any) -> None:
    """Claim ids that numbers of the payer connect with those that are to be decided."""
    while True:
        run(
            connection,
            """CREATE OR REPLACE TEMP TABLE more AS
            SELECT DISTINCT led.claim_id FROM ids JOIN remit_claims own USING (claim_id)
            JOIN numbers mine ON mine.remit_key = own.remit_key JOIN numbers theirs ON theirs.number = mine.number
            JOIN remit_claims led ON led.remit_key = theirs.remit_key
            WHERE led.claim_id NOT IN (FROM ids)""",
        )
        if not row(connection, "SELECT count(*) FROM more")[0]:
            return
        run(connection, "INSERT INTO ids FROM more")


def _claims(connection: Any) -> tuple[ClaimBatch, np.ndarray[Any, Any]]:
    """Claims of these ids as a batch, and their keys in the store."""
    kinds = {name: STORED["claims"][name] for name in ("claim_key", *CLAIM_COLUMNS)}
    claims = fetched(
        connection,
        f"SELECT {columns_of(list(kinds), 'claims')} FROM claims WHERE claim_id IN (FROM ids) ORDER BY claim_key",  # noqa: S608  names of the layout
        kinds,
    )
    of_lines = {name: STORED["lines"][name] for name in ("claim_key", *LINE_COLUMNS)}
    lines = fetched(
        connection,
        f"""SELECT {columns_of(list(of_lines), "lines", of="lines")} FROM lines JOIN claims USING (claim_key)
        WHERE claim_id IN (FROM ids) ORDER BY claim_key, line_number""",  # noqa: S608  names of the layout
        of_lines,
    )
    keys = claims["claim_key"].to_numpy()
    lines["claim_key"] = np.searchsorted(keys, lines["claim_key"].to_numpy())
    return make_batch(claims.drop(columns="claim_key"), lines, {}), keys


def _remits(connection: Any) -> RemitBatch:
    """Remittances of these claim ids, without numbers that stand on everything."""
    tables = {}
    keys: dict[str, np.ndarray[Any, Any]] = {}
    for name, table in (("remit_claims", "remit_claims"), *REMITS.items()):
        if table in tables:
            continue
        kinds = {column: kind for column, kind in STORED[name].items() if column in REMIT_TABLES[table]}
        own = "payment_key" if name == "payments" else "remit_key"
        frame = fetched(
            connection,
            f"""SELECT {columns_of(list(kinds), name)} FROM {name}
            WHERE {own} IN (SELECT {own} FROM remit_claims WHERE claim_id IN (FROM ids)) ORDER BY row""",  # noqa: S608  names of the layout
            kinds,
        )
        keys.setdefault(own, np.unique(frame[own].to_numpy("int64")))
        if name == "remit_claims":
            keys["payment_key"] = np.unique(frame["payment_key"].to_numpy("int64"))
        renumbered = {
            key: np.searchsorted(known, frame[key].to_numpy("int64")) for key, known in keys.items() if key in frame
        }
        tables[table] = frame.assign(**renumbered)
    return make_remits(_without_crowded(connection, tables))


def _without_crowded(connection: Any, tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    said = tables["remit_claims"]["payer_claim_control_number"]
    refers = (tables["references"]["qualifier"] == "F8").fillna(False)
    used = pd.DataFrame({"number": pd.concat([said, tables["references"].loc[refers, "reference"]]).dropna().unique()})
    with lent(connection, used=(used, {"number": "text"})):
        told = fetched(
            connection, "SELECT number FROM used WHERE number NOT IN (SELECT number FROM numbers)", {"number": "text"}
        )
    if not len(told):
        return tables
    crowded = set(told["number"])
    return tables | {
        "remit_claims": tables["remit_claims"].assign(payer_claim_control_number=said.where(~said.isin(crowded))),
        "references": tables["references"].assign(
            reference=tables["references"]["reference"].where(
                ~(refers & tables["references"]["reference"].isin(crowded))
            )
        ),
    }


def _keep(connection: Any, keys: np.ndarray[Any, Any], decided: pd.DataFrame) -> None:
    """Write what was decided of claims."""
    rows = pd.DataFrame(
        {
            "claim_key": keys,
            "decided": decided["denied"].astype("boolean").array,
            "decided_on": decided["remit_date"].array,
            "awaited": decided["awaited"].array,
            "latest": decided["latest"].array,
        }
    )
    with lent(connection, told=(rows, _DECIDED)):
        run(connection, "CREATE TEMP TABLE IF NOT EXISTS decided_now AS SELECT claim_key FROM told LIMIT 0")
        run(connection, "INSERT INTO decided_now SELECT claim_key FROM told")
        run(
            connection,
            """UPDATE claims SET decided = told.decided, decided_on = told.decided_on, awaited = told.awaited,
            latest = told.latest, denied = NULL, known_on = NULL FROM told
            WHERE claims.claim_key = told.claim_key""",
        )


def _leave_open_what_is_early(connection: Any) -> None:
    """Claims paid so far, whose payer has time yet to answer the rest, as the table ``early``.

    A denied line makes the claim denied at once, and what nobody has decided is open anyway: it matters to these alone.
    """
    run(connection, "CREATE TEMP TABLE IF NOT EXISTS decided_now AS SELECT claim_key FROM claims LIMIT 0")
    run(connection, "CREATE TEMP TABLE early (claim_key BIGINT)")
    waiting = "NOT decided AND awaited"
    if not row(connection, f"SELECT count(*) FROM claims WHERE {waiting}")[0]:  # noqa: S608  said above
        return
    kinds: dict[str, StoredKind] = {
        "claim_key": "key",
        "payer_id": "text",
        "submitted_on": "date",
        "decided_on": "date",
        "newest": "date",
        "waiting": "flag",
    }
    answered = fetched(
        connection,
        f"""WITH of_claims AS (SELECT coalesce(payer_id, '') AS payer, max(latest) AS day FROM claims GROUP BY ALL),
        by_id AS (SELECT p.payer_id AS payer, max(remit_date) AS day
            FROM remit_claims JOIN payments p USING (payment_key) GROUP BY ALL)
        SELECT claim_key, payer_id, submitted_on, decided_on,
            coalesce(greatest(of_claims.day, by_id.day), (SELECT max(remit_date) FROM remit_claims)) AS newest,
            coalesce({waiting}, false) AS waiting
        FROM claims LEFT JOIN of_claims ON of_claims.payer = coalesce(payer_id, '')
        LEFT JOIN by_id ON by_id.payer = payer_id WHERE decided_on IS NOT NULL OR ({waiting})""",  # noqa: S608  said above
        kinds,
    )
    early = immature(answered["payer_id"], answered["submitted_on"], answered["decided_on"], answered["newest"])
    rows = answered.loc[early.to_numpy(bool) & answered["waiting"].to_numpy(bool), ["claim_key"]]
    with lent(connection, told=(rows, {"claim_key": "key"})):
        run(connection, "INSERT INTO early FROM told")

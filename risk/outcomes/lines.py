"""Which service line of its claim each line of a remit answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from risk.claims.tables import MODIFIERS

if TYPE_CHECKING:
    from risk.claims.remits import RemitBatch
    from risk.claims.tables import ClaimBatch

Ints = np.ndarray[Any, np.dtype[np.int64]]
NONE = -1


def place_lines(batch: ClaimBatch, remits: RemitBatch, answers: pd.DataFrame) -> pd.DataFrame:
    """Lines of the remits that answer claims, each with the service line it is about.

    In this order, and the first that finds one counts: the control number of the line (REF*6R); the line number as
    control number, where the procedure agrees; procedure, modifiers, charge and day; procedure and charge; procedure;
    the procedure of a line that another line of the remit has already answered (one line paid in parts); the charge;
    the order. The procedure is the one submitted (SVC06) where the payer changed it. The later ways take only lines
    that nothing else in the remit is about.

    Parameters
    ----------
    batch, remits
        Claims and remittances.
    answers
        ``remit_key`` and ``claim_key``, in the order in which the remits came.

    Returns
    -------
    One row per line of these remits: ``remit_key``, ``remit_line`` (row of ``remits.remit_lines``), ``row`` (of
    ``batch.service_lines``; −1 where the claim has no line left for it).
    """
    theirs = _their_lines(remits, answers)
    ours = _our_lines(batch)
    ours = ours[ours["claim_key"].isin(answers["claim_key"])]
    placed = np.full(len(theirs), NONE)
    _by_control_number(theirs, ours, placed)
    _by_line_number(theirs, ours, placed)
    _in_turn(theirs, ours, placed, ["code", "modifiers", "cents", "day"])
    _in_turn(theirs, ours, placed, ["code", "modifiers", "cents"])
    for columns in (["code", "cents"], ["code"]):
        _by_columns(theirs, ours, placed, columns)
    _in_parts(theirs, ours, placed)
    for columns in (["cents"], []):
        _by_columns(theirs, ours, placed, columns)
    return theirs[["remit_key", "remit_line"]].assign(row=placed)


def _their_lines(remits: RemitBatch, answers: pd.DataFrame) -> pd.DataFrame:
    lines = remits.remit_lines
    lines = lines.assign(remit_line=np.arange(len(lines)))
    original = lines["original_procedure_code"].notna() | lines["original_revenue_center_code"].notna()
    submitted = {
        name: lines[f"original_{name}"].where(original, lines[name])
        for name in ("procedure_code", "revenue_center_code", *MODIFIERS)
    }
    table = pd.DataFrame(submitted).assign(
        remit_key=lines["remit_key"],
        remit_line=lines["remit_line"],
        control=lines["line_control_number"],
        code=_code(submitted["procedure_code"], submitted["revenue_center_code"]),
        modifiers=_joined(pd.DataFrame(submitted)),
        cents=lines["line_charge_cents"].astype("float64"),
        day=lines["service_from_date"],
    )
    table = table.drop(columns=list(submitted))
    theirs = answers.assign(turn=np.arange(len(answers))).merge(table, on="remit_key")
    return theirs.sort_values(["turn", "remit_line"], ignore_index=True)


def _our_lines(batch: ClaimBatch) -> pd.DataFrame:
    lines = batch.service_lines
    return pd.DataFrame(
        {
            "claim_key": lines["claim_key"],
            "row": np.arange(len(lines)),
            "control": lines["line_control_number"],
            "number": lines["line_number"].astype("str"),
            "code": _code(lines["procedure_code"], lines["revenue_center_code"]),
            "modifiers": _joined(lines),
            "cents": lines["line_charge_cents"].astype("float64"),
            "day": lines["service_from_date"],
        }
    )


def _code(procedure: pd.Series, revenue: pd.Series) -> pd.Series:
    """Procedure of a line, else its revenue code, which some write without the leading zero."""
    return procedure.fillna("R" + revenue.str.zfill(4)).str.upper().fillna("")


def _joined(lines: pd.DataFrame) -> pd.Series:
    text = lines[MODIFIERS[0]].fillna("")
    for name in MODIFIERS[1:]:
        text = text + ":" + lines[name].fillna("")
    return text


def _look_up(theirs: pd.DataFrame, ours: pd.DataFrame, columns: list[str], open_rows: Ints) -> Ints:
    """Row of our line with the same columns for each open row of theirs; −1 where there is none."""
    right = ours.drop_duplicates(columns)
    found = theirs.iloc[open_rows][columns].merge(right[[*columns, "row"]], on=columns, how="left")["row"]
    return np.asarray(found.fillna(NONE).to_numpy("int64"))


def _by_control_number(theirs: pd.DataFrame, ours: pd.DataFrame, placed: Ints) -> None:
    rows = np.flatnonzero(theirs["control"].notna())
    placed[rows] = _look_up(theirs, ours.dropna(subset=["control"]), ["claim_key", "control"], rows)


def _by_line_number(theirs: pd.DataFrame, ours: pd.DataFrame, placed: Ints) -> None:
    rows = np.flatnonzero((placed == NONE) & theirs["control"].notna().to_numpy())
    numbered = ours[ours["control"].isna()].drop(columns="control").rename(columns={"number": "control"})
    placed[rows] = _look_up(theirs, numbered, ["claim_key", "control", "code"], rows)


def _in_turn(theirs: pd.DataFrame, ours: pd.DataFrame, placed: Ints, columns: list[str]) -> None:
    """Lines that are alike: the remits of a claim answer them one after the other.

    Where the day is not among the columns, only lines that have none.
    """
    alike = ["claim_key", *columns]
    rows = np.flatnonzero((placed == NONE) & (theirs["day"].isna().to_numpy() | ("day" in columns)))
    if not len(rows):
        return
    left = theirs.iloc[rows][alike]
    right = ours[[*alike, "row"]].assign(turn=ours.groupby(alike, dropna=False).cumcount())
    left = left.assign(turn=left.groupby(alike, dropna=False).cumcount().to_numpy())
    found = left.merge(right, on=[*alike, "turn"], how="left")["row"]
    placed[rows] = found.fillna(NONE).to_numpy("int64")


def _by_columns(theirs: pd.DataFrame, ours: pd.DataFrame, placed: Ints, columns: list[str]) -> None:
    """One to one, in order, among the lines of the claim that nothing else in the remit is about."""
    rows = np.flatnonzero(placed == NONE)
    if not len(rows):
        return
    left = theirs.iloc[rows][["remit_key", "claim_key", *columns]]
    pool = (
        left[["remit_key", "claim_key"]].drop_duplicates().merge(ours[["claim_key", *columns, "row"]], on="claim_key")
    )
    taken = theirs[["remit_key"]].assign(row=placed, taken=True)
    taken = taken[taken["row"] != NONE].drop_duplicates()
    pool = pool.merge(taken, on=["remit_key", "row"], how="left")
    pool = pool[pool["taken"].isna()]
    by = ["remit_key", *columns]
    left = left.assign(turn=left.groupby(by, dropna=False).cumcount())
    pool = pool.assign(turn=pool.groupby(by, dropna=False).cumcount())
    found = left.merge(pool[[*by, "turn", "row"]], on=[*by, "turn"], how="left")["row"]
    placed[rows] = found.fillna(NONE).to_numpy("int64")


def _in_parts(theirs: pd.DataFrame, ours: pd.DataFrame, placed: Ints) -> None:
    """Lines whose procedure is that of a line already answered: the payer has split it."""
    rows = np.flatnonzero(placed == NONE)
    placed[rows] = _look_up(theirs, ours, ["claim_key", "code"], rows)

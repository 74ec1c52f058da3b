"""Measured effects as a small CSV: what was measured in comment lines, then one row per rule, counts only.

The built-in file is part of the package. The user's own lies in the data folder (:mod:`risk.reference.home`), one at a
time: the latest training's. Neither holds a claim.
"""

from __future__ import annotations

import csv
import io
from importlib.resources import files
from pathlib import Path

from risk.effects.measure import Effects, RuleEffect
from risk.errors import InputError
from risk.files import written_whole
from risk.reference.home import data_folder

#: Place of the built-in file in a checkout.
SHIPPED_FILE = "risk/effects/data/synthetic.csv"
OWN_FILE = "rule_effects.csv"

_COLUMNS = ["rule_id", "fired", "fired_denied"]


def written_effects(effects: Effects) -> str:
    """The file's text; a count that was not kept is empty."""
    facts = {
        "source": " ".join(effects.source.split()).encode("utf-8", "backslashreplace").decode("utf-8"),
        "synthetic": "yes" if effects.synthetic else "no",
        "claims": effects.claims,
        "denied": effects.denied,
        "basis": effects.basis,
        "measured": effects.measured,
    }
    text = io.StringIO()
    text.writelines(f"# {name}: {value}".rstrip() + "\n" for name, value in facts.items())
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows((rule_id, one.fired, one.fired_denied) for rule_id, one in sorted(effects.rules.items()))
    return text.getvalue()


def read_effects(text: str, where: str) -> Effects:
    """Read what :func:`written_effects` wrote; raises :class:`InputError`, naming ``where``, for anything else."""
    lines = text.splitlines()
    head = [line for line in lines if line.startswith("#")]
    facts = dict(line.removeprefix("# ").partition(":")[::2] for line in head)
    table = csv.DictReader(lines[len(head) :])
    try:
        if table.fieldnames != _COLUMNS:
            raise ValueError("expected the columns that are written")
        claims = int(facts["claims"])
        effects = Effects(
            source=facts["source"].strip(),
            synthetic=facts["synthetic"].strip() == "yes",
            claims=claims,
            denied=int(facts["denied"]),
            basis=facts["basis"].strip(),
            measured=facts["measured"].strip(),
            rules={row["rule_id"]: _effect(claims, row["fired"], row["fired_denied"]) for row in table},
        )
    except (KeyError, ValueError, TypeError, AttributeError, csv.Error):
        raise InputError(
            where, "expected measured effects of rules", "take the file away, or run `denial-risk train --data` again"
        ) from None
    return effects


def shipped_effects() -> Effects:
    """Effects on the built-in synthetic claims."""
    place = files("risk.effects").joinpath("data", "synthetic.csv")
    return read_effects(place.read_text(encoding="utf-8"), place.name)


def own_effects() -> Effects | None:
    """Effects on the claims the user trained on last; None where there was no such training.

    Raises :class:`InputError` for a file that is there and not what was written.
    """
    path = own_effects_path()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        text = ""
    return read_effects(text, str(path))


def keep_own_effects(effects: Effects) -> Path:
    """Keep effects on the user's claims in place of earlier ones, without small counts; returns where.

    Raises ``OSError`` where the data folder cannot be written.
    """
    path = own_effects_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as stream:
        stream.write(written_effects(effects.without_small_counts()))
    return path


def own_effects_path() -> Path:
    """Where the user's own effects are kept."""
    return data_folder() / OWN_FILE


def _effect(claims: int, fired: str, fired_denied: str) -> RuleEffect:
    if fired == fired_denied == "":
        return RuleEffect(claims, None, None)
    one = RuleEffect(claims, int(fired), int(fired_denied))
    if not 0 <= int(fired_denied) <= int(fired) <= claims:
        raise ValueError("expected no more denied than fired, and no more fired than claims")
    return one

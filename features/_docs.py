"""The catalogue as a page, so that what is written about a feature is what it says of itself."""

from __future__ import annotations

from itertools import groupby

from features._catalogue import catalogue
from features._feature import Feature

HEAD = """# Features

What the model learns from. Each line is generated from the feature's own declaration in `features/`; `make docs` writes
this page. A feature reads one claim, the reference data and past outcomes, never a rule's finding, another claim of the
file, or a remittance dated on or after the claim's submission.

*Riskier* says which direction raises the risk, where that is known before any training. *Taken as* says how the model
reads it: a number, or a code encoded by order (`ordinal`) or by the denial rate of its training claims (`target`).
Features of the *past* read earlier outcomes; without a history they are missing.
"""


def features_markdown() -> str:
    """Return the page of all features, by family, as Markdown."""
    sections = [HEAD]
    for family, members in groupby(catalogue().values(), key=lambda one: one.family):
        rows = [_row(one) for one in members]
        table = ["| Feature | Label | Definition | Riskier | Taken as |", "|---|---|---|---|---|", *rows]
        sections.append(f"## {family.capitalize()}\n\n" + "\n".join(table) + "\n")
    return "\n".join(sections)


def _row(one: Feature) -> str:
    taken_as = f"{one.encoding}, past" if one.past else one.encoding
    cells = (f"`{one.name}`", one.label, " ".join(one.definition.split()), one.riskier, taken_as)
    return f"| {' | '.join(cells)} |"

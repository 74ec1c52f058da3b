"""What claims are scored with, said by the options of a command: enough for another process to make the same scorer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from risk.cli._run import chosen, extras_of, load_model
from risk.configuration import load_configuration, preferences_of
from risk.scoring import PastOf, Scorer

if TYPE_CHECKING:
    from features import History
    from risk.claims.tables import ClaimBatch


@dataclass(frozen=True)
class ScorerOptions:
    """Options of the commands that score.

    ``model`` is None for a score by the rules alone; ``select`` and ``ignore`` are words that name rules, None where
    the option was not given; ``history`` is a file of labelled past claims, or a history store.
    """

    model: str | None
    payer_terms: Path | None = None
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    history: Path | None = None
    quiet: bool = False

    @classmethod
    def of(
        cls,
        model: str,
        *,
        rules_only: bool,
        payer_terms: Path | None,
        select: Sequence[str] | None,
        ignore: Sequence[str] | None,
        history: Path | None,
        quiet: bool,
    ) -> ScorerOptions:
        """Options as the command line gives them."""
        wanted, left_out = (None if words is None else tuple(words) for words in (select, ignore))
        return cls(None if rules_only else model, payer_terms, wanted, left_out, history, quiet)

    @property
    def extras(self) -> list[str]:
        """Columns beyond the contract that the model was trained with."""
        return [] if self.model is None else extras_of(self.model)

    def __call__(self) -> Scorer:
        """Make the scorer; trains the default model where there is none."""
        rules, reference = chosen(self.payer_terms, self.select, self.ignore)
        model = None if self.model is None else load_model(self.model, reference, quiet=self.quiet)
        preferences = preferences_of(load_configuration())
        past, outcomes = (None, None) if self.history is None else past_in(self.history)
        return Scorer(reference, model, rules, outcomes, past=past, preferences=preferences)


def past_in(path: Path) -> tuple[ClaimBatch | PastOf, History]:
    """Past claims for rules and their outcomes for features: of a store, else of a labelled file."""
    from risk.past.files import is_store

    if is_store(path):
        from risk.past import open_past

        store = open_past(path)
        return store.claims_about, store.history
    from risk.training import read_past  # loads what models need, which a score without a past does without

    past = read_past(path)
    return past.claims, past.outcomes

"""`make model-card`: trains the default model and writes its card, `docs/model_card.md`; nothing is registered."""

from __future__ import annotations

from pathlib import Path

from models.card import card_markdown
from risk.reference import load_reference
from risk.training import DEFAULT_CLAIMS, DEFAULT_SEED, synthetic_claims, train_on

PAGE = Path(__file__).resolve().parent.parent / "docs" / "model_card.md"


def main() -> None:
    """Write the card; the same version of everything gives the same card."""
    labelled = synthetic_claims(DEFAULT_CLAIMS, seed=DEFAULT_SEED)
    trained = train_on(labelled, load_reference(), seed=DEFAULT_SEED)
    run = {"data": labelled.source, "data_digest": labelled.digest, **trained.model.versions}
    PAGE.write_text(card_markdown(trained, run=run).rstrip() + "\n", encoding="utf-8")
    print(f"wrote {PAGE.name}")


if __name__ == "__main__":
    main()

"""Clinical-note text → facts. The text itself never leaves this package: not in tables, errors, logs or ``repr``.

``note_facts`` reads the notes on claims; ``note_text`` and ``review_note`` read a whole note for `denial-risk note`.
"""

from risk.notes.facts import FACT_COLUMNS, carry_note_facts, note_facts
from risk.notes.review import asked_for, review_note
from risk.notes.source import note_text

__all__ = ["FACT_COLUMNS", "asked_for", "carry_note_facts", "note_facts", "note_text", "review_note"]

"""Clinical-note text → facts. The text itself never leaves this package: not in tables, errors, logs or ``repr``."""

from risk.notes.facts import FACT_COLUMNS, note_facts

__all__ = ["FACT_COLUMNS", "note_facts"]

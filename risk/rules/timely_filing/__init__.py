"""Claims that arrive after the payer's limit."""

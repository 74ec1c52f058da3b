"""Which payer pays first, and what the others decided."""

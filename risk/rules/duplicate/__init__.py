"""Services billed more than once."""

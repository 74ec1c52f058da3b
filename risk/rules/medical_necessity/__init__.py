"""Whether the diagnosis and the session are ones the payer covers the procedure for."""

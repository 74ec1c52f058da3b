"""Who billed, rendered and referred: the identifiers of providers."""

"""Services done more often than payers cover, counted over the batch and the history."""

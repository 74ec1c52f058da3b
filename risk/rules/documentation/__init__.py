"""What the notes on the claim say, against what the diagnoses and procedures claim."""

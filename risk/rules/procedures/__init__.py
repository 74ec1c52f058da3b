"""What is billed together, how often and on which side: NCCI edits, add-on codes, unit limits, bilateral modifiers."""

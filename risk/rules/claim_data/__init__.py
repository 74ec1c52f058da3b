"""What a claim must say and how: dates, amounts, pointers, modifiers and codes in their form."""

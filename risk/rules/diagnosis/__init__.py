"""Rules on diagnosis codes: in force, complete, specific, allowed together, in the right order."""

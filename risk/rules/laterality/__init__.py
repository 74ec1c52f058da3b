"""Rules on the side of the body: stated, and the same in diagnosis and modifier."""

"""Scoring of any number of claims in bounded memory: read, put together by member, scored by several processes.

    files ─► reading (blocks) ─► spill (units on disk, cut into parts by member)
                                   └─► a worker for each part ─► rows of its claims ─► put in the order of the input

Rules compare claims of one member with each other; so all claims of a member lie in one part, whatever block they were
read in, and the answer does not depend on how the input was cut.
"""

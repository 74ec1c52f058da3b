"""A look-up that several ask for is made once a batch, and nobody sees what another does with the answer."""

import gc
import weakref

import numpy as np
import pandas as pd

from risk.claims.examples import batch_of, claim, line
from risk.reference._remember import remember_last


def counting():
    asked = []

    @remember_last
    def lines_of(batch, other):
        asked.append(other)
        return batch.service_lines[["claim_key"]]

    return lines_of, asked


def test_one_question_is_answered_once_and_another_anew():
    lines_of, asked = counting()
    one, two = batch_of(claim()), batch_of(claim(lines=[line("62323"), line("77003")]))
    assert [len(lines_of(batch, one)) for batch in (one, one, two, two, one)] == [1, 1, 2, 2, 1]
    assert len(asked) == 3


def test_a_change_of_a_table_is_not_seen_by_the_next():
    lines_of, _ = counting()
    batch = batch_of(claim())
    mine = lines_of(batch, batch)
    mine["claim_key"] = 7
    mine["more"] = 1
    assert lines_of(batch, batch).to_dict("list") == {"claim_key": [0]}


def test_an_answer_that_is_no_table_is_handed_out_as_it_is():
    marks = np.array([True])
    marked = remember_last(lambda _batch: marks)
    batch = batch_of(claim())
    assert marked(batch) is marks
    assert marked(batch) is marks


def test_what_was_asked_about_is_not_kept():
    table = pd.DataFrame({"claim_key": [0]})
    lengths = remember_last(len)
    assert lengths(table) == 1
    gone = weakref.ref(table)
    del table
    gc.collect()
    assert gone() is None
    assert lengths(pd.DataFrame({"claim_key": [0, 1]})) == 2

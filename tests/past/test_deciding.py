"""Outcomes in a store are those `label` gives all claims and remittances together, however they were added."""

import itertools

import numpy as np
import pytest

from risk.past import deciding
from tests.outcomes.files import claim, claims_837, payment, remit, remits_835
from tests.past.stores import add, labelled, outcomes

PAID, DENIED = "SVC*HC:62323*400*250 CAS*CO*45*150", "SVC*HC:62323*400*0 CAS*CO*50*400"
TAKEN_BACK = "SVC*HC:62323*-400*-250 CAS*CO*45*-150"


def of(claim_id, *said, **told):
    return remit(claim_id, *said, number=f"ICN-{claim_id}", **told)


CLAIMS = [
    claims_837(claim("C1", "62323 400 20260901"), claim("C2", "62323 400 20260901")),
    claims_837(claim("C3", "62323 400 20260901"), claim("C4", "62323 400 20260901", "77003 100 20260901")),
    claims_837(claim("C5", "62323 400 20260901"), claim("C6", "62323 400 20260901")),
    claims_837(claim("C6", "62323 400 20260901"), sent="20261005"),  # sent again
    claims_837(claim("C7", "62323 400 20260901", frequency="7", original="ICN-C1"), claim("C8", "62323 400 20260901")),
]
REMITS = [
    remits_835(payment("20260920", of("C1", DENIED), of("C2", PAID))),
    remits_835(payment("20261015", of("C1", PAID, original="ICN-C1"), trace="later")),
    remits_835(payment("20261001", of("C2", TAKEN_BACK, status="22"), of("C2", DENIED))),
    remits_835(payment("20261002", of("C3", TAKEN_BACK, status="22"))),  # of a remit that never came
    remits_835(payment("20261003", of("C4", PAID + " REF*6R*1"))),  # the other line is awaited
    remits_835(payment("20260922", remit("C5", PAID, number="ICN-C5"))),
    remits_835(payment("20261020", remit("UNKNOWN", DENIED, number="ICN-C5"), payer="P1", trace="by number")),
    remits_835(payment("20260929", of("C6", DENIED)), payment("20261016", of("C6", PAID), trace="second")),
    remits_835(payment("20261001", of("C7", PAID, frequency="7"))),
    remits_835(payment("20261004", remit("ELSE", PAID, number="ICN-C9"))),
    remits_835(payment("20260910", remit("ELSE", PAID, number="ICN-C8", original="ICN-C8"))),
]


@pytest.mark.parametrize("seed", range(4))
def test_outcomes_are_those_of_all_together_in_any_order(label, tmp_path, seed, monkeypatch):
    monkeypatch.setattr(deciding, "IDS_AT_A_TIME", 2)
    expected = labelled(label(CLAIMS, REMITS))
    assert len({one[2] for one in expected}) == 3, "denied, paid and open"
    store, draw = tmp_path / "h.duckdb", np.random.default_rng(seed)
    everything = [("claims", data) for data in CLAIMS] + [("remits", data) for data in REMITS]
    order = [everything[place] for place in draw.permutation(len(everything))]
    while order:
        count = int(draw.integers(1, 5))
        now, order = order[:count], order[count:]
        add(store, **{kind: [data for one, data in now if one == kind] for kind in ("claims", "remits")})
    assert sorted(outcomes(store), key=str) == expected


def test_a_number_that_leads_from_claim_to_claim_is_followed(label, tmp_path):
    claims = [claims_837(claim(f"K{n}", f"62323 {400 + n} 20260901")) for n in range(3)]
    remits = [
        remits_835(payment("20260920", remit("K0", "SVC*HC:62323*400*0 CAS*CO*50*400", number="A"))),
        remits_835(payment("20260915", remit("GONE", "SVC*HC:62323*400*250 CAS*CO*45*150", number="A"), trace="x")),
        remits_835(payment("20260921", remit("K1", "SVC*HC:62323*401*250 CAS*CO*45*151", number="B", original="A"))),
    ]
    expected = labelled(label(claims, remits))
    for order in itertools.permutations(range(3)):
        store = tmp_path / f"{order}.duckdb"
        add(store, claims=claims)
        for place in order:
            add(store, remits=[remits[place]])
        assert sorted(outcomes(store), key=str) == expected


def test_a_claim_paid_in_part_is_open_until_its_payer_has_had_its_time(label, tmp_path):
    claims = [claims_837(claim("C4", "62323 400 20260901", "77003 100 20260901"), claim("C5", "62323 400 20260901"))]
    first = remits_835(payment("20260920", of("C4", PAID + " REF*6R*1")))
    later = remits_835(payment("20261220", of("C5", PAID)))
    store = tmp_path / "h.duckdb"
    add(store, claims=claims, remits=[first])
    assert sorted(outcomes(store), key=str) == labelled(label(claims, [first]))
    assert outcomes(store)[0][2] is None
    add(store, remits=[later])
    assert sorted(outcomes(store), key=str) == labelled(label(claims, [first, later]))
    assert outcomes(store)[0][2] is False

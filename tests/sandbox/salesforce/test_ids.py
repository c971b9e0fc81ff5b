from __future__ import annotations

import pytest

from connector.sandbox.salesforce.ids import IdSequence, checksum, to_long_id


@pytest.mark.parametrize(
    "long_id",
    # Published examples: ids of recorded traffic, whose checksums Salesforce itself made.
    ["001Da00000xnAk6IAE", "0039H00000BbbFBQAZ", "0015500001QdRaYAAV", "012000000000000AAA"],
)
def test_the_checksum_is_that_of_real_ids(long_id: str) -> None:
    assert long_id[:15] + checksum(long_id[:15]) == long_id
    assert to_long_id(long_id) == to_long_id(long_id[:15]) == long_id


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "001Da00000xnAk6IAF",
        "001da00000xnak6iae",
        "001Da00000xnAk6IA",
        "001Da00000xn-k6",
        "\uff10\uff101Da00000xnAk6",
    ],
)
def test_what_is_no_id_is_none(text: str) -> None:
    assert to_long_id(text) is None


def test_a_sequence_gives_valid_ids_of_its_prefix_and_skips_taken_ones() -> None:
    first = IdSequence().next_id("001")
    sequence = IdSequence()
    ids = [sequence.next_id("001", taken={first}) for _ in range(3)]
    assert len({first, *ids}) == 4
    assert all(to_long_id(each) == each and each.startswith("001") for each in ids)

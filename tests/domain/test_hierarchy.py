from __future__ import annotations

import pytest

from connector.domain.hierarchy import ancestors
from connector.errors import RecordError
from tests.cast import ACME_CORP, ACME_HOLDING, ACME_LABS, account


def _chain(length: int) -> dict[str, object]:
    keys = [f"00100000000010{number}AAA" for number in range(length)]
    return {
        key: account(key, Name=f"Level {number + 1}", ParentId=keys[number - 1] if number else None)
        for number, key in enumerate(keys)
    }


def test_an_account_without_parent_stands_alone() -> None:
    acme = account()
    assert ancestors(acme, {ACME_CORP: acme}) == ()


def test_ancestors_come_root_first() -> None:
    holding, corp = account(ACME_HOLDING, Name="Acme Holding"), account(ParentId=ACME_HOLDING)
    labs = account(ACME_LABS, ParentId=ACME_CORP)
    accounts = {each.salesforce_id: each for each in (holding, corp, labs)}
    assert ancestors(labs, accounts) == (ACME_HOLDING, ACME_CORP)


def test_five_levels_are_allowed_and_the_sixth_is_not() -> None:
    accounts = _chain(6)
    keys = list(accounts)
    assert len(ancestors(accounts[keys[4]], accounts)) == 4
    with pytest.raises(RecordError, match=r"Level 6 .* level 6 .* 5 levels"):
        ancestors(accounts[keys[5]], accounts)


def test_a_circle_is_told_by_the_names_on_it() -> None:
    corp = account(ParentId=ACME_LABS)
    labs = account(ACME_LABS, Name="Acme Labs", ParentId=ACME_CORP)
    with pytest.raises(RecordError, match="Acme Corp → Acme Labs → Acme Corp"):
        ancestors(corp, {ACME_CORP: corp, ACME_LABS: labs})


def test_a_circle_above_the_account_is_found_too() -> None:
    corp = account(ParentId=ACME_LABS)
    labs = account(ACME_LABS, Name="Acme Labs", ParentId=ACME_HOLDING)
    holding = account(ACME_HOLDING, Name="Acme Holding", ParentId=ACME_LABS)
    with pytest.raises(RecordError, match="circle of parents"):
        ancestors(corp, {each.salesforce_id: each for each in (corp, labs, holding)})


def test_its_own_parent_is_a_circle() -> None:
    corp = account(ParentId=ACME_CORP)
    with pytest.raises(RecordError, match="Acme Corp → Acme Corp"):
        ancestors(corp, {ACME_CORP: corp})


def test_a_parent_that_cannot_be_read_is_named() -> None:
    corp = account(ParentId=ACME_HOLDING)
    with pytest.raises(RecordError, match=f"{ACME_HOLDING}, which cannot be read"):
        ancestors(corp, {ACME_CORP: corp})

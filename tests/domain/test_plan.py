"""What one account's plan holds, for every state both systems can be in. The named cases of the account flow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.domain.operations import Action, Key, Noun, Operation, Plan, Ref, Severity
from connector.domain.plan import plan_account
from connector.domain.rules import Options, StateRule
from connector.domain.snapshot import AccountSnapshot, Snapshot, ZuoraState
from tests.cast import (
    ACME_CORP,
    ACME_HOLDING,
    ADA,
    GRACE,
    RULES,
    SHIPPING,
    account,
    contact,
    line,
    order,
    product,
    snapshot,
    zuora_account,
)

ACCOUNT = Key(Noun.ACCOUNT, ACME_CORP)
HOLDING = Key(Noun.ACCOUNT, ACME_HOLDING)


def _plan(what: Snapshot, requested: str = ACME_CORP, **options: Any) -> Plan:
    return plan_account(what, requested, rules=RULES, options=Options(**options))


def _in_zuora(*found: dict[str, Any], held: Any = (), **state: Any) -> ZuoraState:
    return ZuoraState(accounts={ACME_CORP: found}, contacts={found[0]["id"]: tuple(held)}, **state)


def _only(plan: Plan, key: Key) -> Operation:
    (operation,) = [each for each in plan.operations if each.key == key]
    return operation


def _error(plan: Plan) -> str:
    (problem,) = plan.errors()
    return problem.message


def test_a_missing_account_is_created_with_bill_to_and_sold_to_in_one_call() -> None:
    plan = _plan(snapshot(account(**SHIPPING)))
    (created,) = plan.operations
    assert created.action is Action.CREATE
    assert created.payload["crmId"] == ACME_CORP
    assert created.payload["currency"] == "USD"
    assert created.payload["autoPay"] is False
    assert created.payload["billCycleDay"] == 1
    assert created.payload["billToContact"] == {
        "firstName": "Acme Corp_billTo",
        "lastName": "Acme Corp_billTo",
        "address1": "1 Market Street",
        "city": "San Francisco",
        "state": "California",
        "zipCode": "94105",
        "country": "US",
        "crmId__c": f"{ACME_CORP}-billTo",
    }
    assert created.payload["soldToContact"]["state"] == "Oregon"
    assert set(created.yields) == {"billToContactId", "soldToContactId"}


def test_without_shipping_address_the_bill_to_is_the_sold_to() -> None:
    (created,) = _plan(snapshot()).operations
    assert created.payload["soldToSameAsBillTo"] is True
    assert "soldToContact" not in created.payload


def test_an_account_in_step_needs_no_call() -> None:
    plan = _plan(snapshot(zuora=_in_zuora(zuora_account())))
    assert {operation.action for operation in plan.operations} == {Action.UNCHANGED}
    assert plan.writes() == ()


def test_an_update_holds_only_what_differs() -> None:
    plan = _plan(snapshot(account(Name="Acme Corporation"), zuora=_in_zuora(zuora_account())))
    assert _only(plan, ACCOUNT).payload == {"name": "Acme Corporation"}
    (change,) = _only(plan, ACCOUNT).changes
    assert (change.before, change.after) == ("Acme Corp", "Acme Corporation")


def test_a_field_emptied_in_salesforce_is_emptied_in_zuora() -> None:
    plan = _plan(snapshot(zuora=_in_zuora(zuora_account(notes="old words"))))
    assert _only(plan, ACCOUNT).payload == {"notes": ""}


@pytest.mark.parametrize("crm_id", [ACME_CORP, ACME_CORP[:15]])
def test_both_lengths_of_the_crm_id_are_the_same_account(crm_id: str) -> None:
    plan = _plan(snapshot(zuora=_in_zuora(zuora_account(crm_id))))
    assert _only(plan, ACCOUNT).target


def test_another_account_that_differs_in_case_is_another_account() -> None:
    upper, lower = "00100000000000AAAM", "00100000000000aAAA"
    state = ZuoraState(accounts={upper: (zuora_account(lower),)})
    created = _plan(snapshot(account(upper), zuora=state), upper).operations[0]
    assert created.action is Action.CREATE


def test_several_matches_stop_and_are_listed() -> None:
    twins = (zuora_account(), zuora_account(id="8ac0000000000000000000000000a222", accountNumber="A00000002"))
    plan = _plan(snapshot(account(orders=[order()]), zuora=_in_zuora(*twins)))
    assert "A00000001" in _error(plan)
    assert "A00000002" in _error(plan)
    assert "“Use this Zuora account”" in _error(plan)
    assert Key(Noun.ORDER, "00000101") in plan.blocked()


def test_a_chosen_match_is_used() -> None:
    second = zuora_account(id="8ac0000000000000000000000000a222", accountNumber="A00000002")
    what = snapshot(zuora=_in_zuora(zuora_account(), second), linked={ACME_CORP: second["id"]})
    plan = _plan(replace(what, zuora=replace(what.zuora, contacts={second["id"]: ()})))
    assert _only(plan, ACCOUNT).target == second["id"]


def test_a_canceled_account_is_neither_used_nor_doubled() -> None:
    plan = _plan(snapshot(zuora=_in_zuora(zuora_account(status="Canceled"))))
    assert "is canceled" in _error(plan)
    assert plan.writes() == ()


def test_a_linked_account_that_zuora_does_not_show_is_never_created_again() -> None:
    plan = _plan(snapshot(linked={ACME_CORP: "8ac0000000000000000000000000a111"}))
    assert "does not have any more" in _error(plan)
    assert plan.writes() == ()


@pytest.mark.parametrize(("field", "word"), [("BillingCountry", "country"), ("BillingState", "state")])
def test_an_incomplete_billing_address_names_the_field(field: str, word: str) -> None:
    plan = _plan(snapshot(account(**{field: None})))
    assert f"has no billing {word}" in _error(plan)
    assert f"Fill {field} in Salesforce" in _error(plan)


def test_an_integration_may_ask_for_states_only_where_zuora_knows_them() -> None:
    german = account(BillingCountry="Germany", BillingState=None, BillingCity="Berlin")
    assert _plan(snapshot(german), state_rule=StateRule.WHERE_SUBDIVIDED).errors() == ()
    assert "no billing state" in _error(_plan(snapshot(german)))
    american = account(BillingState=None)
    assert "no billing state" in _error(_plan(snapshot(american), state_rule=StateRule.WHERE_SUBDIVIDED))


def _child(**fields: Any) -> AccountSnapshot:
    return account(ParentId=ACME_HOLDING, **fields)


def test_a_missing_parent_is_created_first_with_contacts_and_without_orders() -> None:
    holding = account(ACME_HOLDING, Name="Acme Holding", contacts=[contact(GRACE, AccountId=ACME_HOLDING)])
    plan = _plan(snapshot(holding, _child(orders=[order()])))
    keys = [operation.key for operation in plan.operations]
    assert keys[:3] == [HOLDING, Key(Noun.CONTACT, GRACE), ACCOUNT]
    assert _only(plan, ACCOUNT).payload["parentId"] == Ref(HOLDING)


def test_an_existing_parent_is_only_pointed_at() -> None:
    state = ZuoraState(
        accounts={ACME_HOLDING: (zuora_account(ACME_HOLDING, id="8a0holding", name="Old name"),)}
    )
    plan = _plan(snapshot(account(ACME_HOLDING, Name="Acme Holding"), _child(), zuora=state))
    assert [operation.key for operation in plan.operations] == [ACCOUNT]
    assert _only(plan, ACCOUNT).payload["parentId"] == "8a0holding"


def test_a_faulty_parent_holds_back_a_new_child() -> None:
    plan = _plan(snapshot(account(ACME_HOLDING, Name="Acme Holding", BillingState=None), _child()))
    assert "Acme Holding" in plan.blocked()[ACCOUNT].message


def test_a_faulty_parent_does_not_hold_back_the_update_of_a_child() -> None:
    holding = account(ACME_HOLDING, Name="Acme Holding", BillingState=None)
    plan = _plan(snapshot(holding, _child(Name="Acme Two"), zuora=_in_zuora(zuora_account())))
    assert _only(plan, ACCOUNT).payload == {"name": "Acme Two"}
    assert ACCOUNT not in plan.blocked()
    assert plan.errors()[0].key == HOLDING


def test_another_parent_in_salesforce_moves_the_account() -> None:
    state = _in_zuora(zuora_account(parentId="8a0former"))
    found = {**state.accounts, ACME_HOLDING: (zuora_account(ACME_HOLDING, id="8a0holding"),)}
    plan = _plan(snapshot(account(ACME_HOLDING), _child(), zuora=replace(state, accounts=found)))
    assert _only(plan, ACCOUNT).payload == {"parentId": "8a0holding"}


def test_a_parent_cleared_in_salesforce_is_told_and_not_sent() -> None:
    plan = _plan(snapshot(zuora=_in_zuora(zuora_account(parentId="8a0former"))))
    assert _only(plan, ACCOUNT).action is Action.UNCHANGED
    (warning,) = plan.problems
    assert warning.severity is Severity.WARNING
    assert "Clearing a parent is not sent" in warning.message


def test_a_deleted_account_stops_with_a_clear_word() -> None:
    plan = _plan(Snapshot({}, ZuoraState(), deleted=frozenset({ACME_CORP})))
    assert "is deleted in Salesforce" in _error(plan)


def test_an_unknown_account_stops_with_a_clear_word() -> None:
    plan = _plan(Snapshot({}, ZuoraState()))
    assert "cannot be found in Salesforce" in _error(plan)


LOSER = "001000000000009AAA"


def test_a_merged_account_is_followed_to_the_winner() -> None:
    plan = _plan(snapshot(merged={LOSER: ACME_CORP}), LOSER)
    assert plan.salesforce_id == ACME_CORP
    assert "was merged into Account Acme Corp" in plan.problems[0].message
    assert plan.writes()


def test_the_winner_of_a_merge_is_not_created_while_zuora_bills_the_loser() -> None:
    state = ZuoraState(accounts={LOSER: (zuora_account(LOSER),)})
    plan = _plan(snapshot(zuora=state, merged={LOSER: ACME_CORP}))
    assert f"Set the CRM ID of A00000001 to {ACME_CORP}" in _error(plan)
    assert plan.writes() == ()


def test_zuora_accounts_of_both_sides_of_a_merge_are_a_persons_decision() -> None:
    state = _in_zuora(zuora_account())
    both = {**state.accounts, LOSER: (zuora_account(LOSER, id="8a0loser", accountNumber="A00000009"),)}
    plan = _plan(snapshot(zuora=replace(state, accounts=both), merged={LOSER: ACME_CORP}))
    (warning,) = plan.problems
    assert "still bills as A00000009" in warning.message
    assert plan.errors() == ()


@pytest.mark.parametrize("hidden", [True, False])
def test_without_a_currency_the_integrations_own_is_taken_and_told(hidden: bool) -> None:
    record = {**account().record, "CurrencyIsoCode": None}
    if hidden:  # as in an org of one currency, which has no such field
        del record["CurrencyIsoCode"]
    plan = _plan(snapshot(replace(account(), record=record)), default_currency="EUR")
    assert _only(plan, ACCOUNT).payload["currency"] == "EUR"
    (notice,) = plan.problems
    assert "created in EUR, the integration's default" in notice.message


def test_a_currency_zuora_bills_differently_is_told_and_never_sent() -> None:
    plan = _plan(snapshot(account(CurrencyIsoCode="EUR"), zuora=_in_zuora(zuora_account())))
    assert _only(plan, ACCOUNT).action is Action.UNCHANGED
    assert "never changes an account's currency" in plan.problems[0].message


def test_further_contacts_come_after_the_account() -> None:
    plan = _plan(
        snapshot(account(contacts=[contact(), contact(GRACE, FirstName="Grace", LastName="Hopper")]))
    )
    assert [operation.key for operation in plan.operations] == [
        ACCOUNT,
        Key(Noun.CONTACT, ADA),
        Key(Noun.CONTACT, GRACE),
    ]
    ada = _only(plan, Key(Noun.CONTACT, ADA))
    assert ada.payload["accountId"] == Ref(ACCOUNT)
    assert ada.payload["crmId__c"] == ADA


def test_a_contact_without_first_name_stops_only_itself() -> None:
    plan = _plan(snapshot(account(contacts=[contact(FirstName=None)])))
    assert list(plan.blocked()) == [Key(Noun.CONTACT, ADA)]
    assert f"({ADA})" in _error(plan)


def test_contacts_can_be_left_out() -> None:
    plan = _plan(snapshot(account(contacts=[contact()])), sync_contacts=False)
    assert [operation.key for operation in plan.operations] == [ACCOUNT]


def test_the_designated_contact_gives_the_bill_to_its_name_and_not_its_address() -> None:
    person = {
        "Id": ADA,
        "AccountId": ACME_CORP,
        "FirstName": "Ada",
        "LastName": "Lovelace",
        "Email": "ada@acme.example",
        "MailingCity": "London",
    }
    plan = _plan(
        snapshot(account(Billing_Contact__r=person, contacts=[contact()])),
        bill_to_contact="Billing_Contact__r",
    )
    bill_to = _only(plan, ACCOUNT).payload["billToContact"]
    assert (bill_to["firstName"], bill_to["lastName"], bill_to["crmId__c"]) == ("Ada", "Lovelace", ADA)
    assert bill_to["city"] == "San Francisco"
    assert [operation.key for operation in plan.operations] == [ACCOUNT]


def test_a_shipping_address_that_appears_becomes_a_contact_of_its_own() -> None:
    plan = _plan(snapshot(account(**SHIPPING), zuora=_in_zuora(zuora_account())))
    sold_to = Key(Noun.CONTACT, f"{ACME_CORP}-soldTo")
    assert _only(plan, sold_to).action is Action.CREATE
    assert _only(plan, ACCOUNT).payload == {"soldToContactId": Ref(sold_to)}


def test_a_shipping_address_that_disappears_makes_the_bill_to_the_sold_to() -> None:
    found = zuora_account(
        soldToContact={"id": "8a0sold", "crmId__c": f"{ACME_CORP}-soldTo", "country": "United States"}
    )
    plan = _plan(snapshot(zuora=_in_zuora(found)))
    assert _only(plan, ACCOUNT).payload == {"soldToContactId": found["billToContact"]["id"]}


def test_a_sold_to_somebody_chose_in_zuora_is_left_alone() -> None:
    found = zuora_account(soldToContact={"id": "8a0sold", "crmId__c": None, "firstName": "Warehouse"})
    assert _plan(snapshot(zuora=_in_zuora(found))).writes() == ()


@pytest.mark.parametrize("identity", [None, "", ACME_CORP])
def test_the_bill_to_of_another_connector_is_taken_over(identity: str | None) -> None:
    found = zuora_account()
    found["billToContact"] = {**found["billToContact"], "crmId__c": identity}
    found["soldToContact"] = found["billToContact"]
    plan = _plan(snapshot(zuora=_in_zuora(found)))
    (update,) = plan.writes()
    assert update.payload == {"crmId__c": f"{ACME_CORP}-billTo"}


def test_a_country_code_stored_as_a_name_is_no_difference() -> None:
    plan = _plan(snapshot(account(BillingCountry="US", BillingState="CA"), zuora=_in_zuora(zuora_account())))
    assert plan.writes() == ()


def test_orders_go_oldest_first_and_share_their_products() -> None:
    later, earlier = order("00000102", EffectiveDate="2026-06-01"), order("00000101")
    plan = _plan(snapshot(account(orders=[later, earlier])))
    keys = [operation.key.value for operation in plan.operations if operation.key.noun is Noun.ORDER]
    assert keys == ["00000101", "00000102"]
    assert [operation.key.noun for operation in plan.operations].count(Noun.PRODUCT) == 1


def test_one_order_that_cannot_be_carried_does_not_stop_the_other() -> None:
    bad = order("00000101", lines=[line(Product2=product(ProductCode=None))])
    plan = _plan(snapshot(account(orders=[bad, order("00000102")])))
    assert list(plan.blocked()) == [Key(Noun.ORDER, "00000101")]
    assert _only(plan, Key(Noun.ORDER, "00000102")).action is Action.CREATE


def test_an_order_that_stands_under_another_account_is_somebodys_mistake() -> None:
    state = _in_zuora(zuora_account(), orders={"00000101": {"existingAccountNumber": "A00000777"}})
    plan = _plan(snapshot(account(orders=[order()]), zuora=state))
    assert "already in Zuora under another account, A00000777" in _error(plan)


def test_an_order_found_in_zuora_is_remembered() -> None:
    found = {"existingAccountNumber": "A00000001", "orderNumber": "00000101", "status": "Completed"}
    plan = _plan(
        snapshot(account(orders=[order()]), zuora=_in_zuora(zuora_account(), orders={"00000101": found}))
    )
    assert plan.known[Key(Noun.ORDER, "00000101")]["status"] == "Completed"
    assert plan.writes() == ()


def test_orders_can_be_left_out() -> None:
    plan = _plan(snapshot(account(orders=[order()])), sync_orders=False)
    assert [operation.key.noun for operation in plan.operations] == [Noun.ACCOUNT]


def test_a_stopped_order_creates_no_products() -> None:
    plan = _plan(snapshot(account(orders=[order(lines=[line(TotalPrice=9)])])))
    assert [operation.key.noun for operation in plan.operations] == [Noun.ACCOUNT, Noun.ORDER]
    assert Key(Noun.ORDER, "00000101") in plan.blocked()


def test_what_is_stopped_is_no_change_to_come() -> None:
    plan = _plan(snapshot(account(orders=[order(lines=[line(TotalPrice=9)])])))
    assert [operation.key.noun for operation in plan.writes()] == [Noun.ACCOUNT]
    assert [operation.key.noun for operation in plan.stopped_writes()] == [Noun.ORDER]

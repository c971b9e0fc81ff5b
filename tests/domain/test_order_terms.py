"""What an order says for all its subscriptions and line items, as a table of orders and what Zuora is told."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from connector.domain import JSON
from connector.domain.drafts import Ground
from connector.domain.operations import Action, Key, Noun, Operation, Ref, Severity
from connector.domain.order_terms import OrderTerms, order_terms, refused_term, with_terms
from connector.domain.rules import MoneyRule, Options
from connector.domain.snapshot import AccountSnapshot, OrderSnapshot, Snapshot, ZuoraState
from connector.errors import ConfigError, ConnectorError, RecordError
from tests.cast import (
    ACME_CORP,
    ACME_HOLDING,
    ACME_LABS,
    ADA,
    GRACE,
    RULES,
    SHIPPING,
    account,
    contact,
    order,
    zuora_account,
)

ORDER_ID = "801000000000101AAA"
OWNED = Options(invoice_owner_field="InvoiceOwner__c", subscription_owner_field="SubscriptionOwner__c")
HOLDING = account(ACME_HOLDING, Name="Acme Holding", BillingStreet="9 Wall Street")
LABS = account(ACME_LABS, Name="Acme Labs", BillingStreet="7 Lab Lane")
BILLING = {
    "BillingStreet": "5 Elm Street",
    "BillingCity": "Boston",
    "BillingState": "MA",
    "BillingPostalCode": "02110",
    "BillingCountry": "US",
}


def _terms(
    this: OrderSnapshot,
    *,
    options: Options | None = None,
    of: AccountSnapshot | None = None,
    currency: str = "USD",
    zuora: ZuoraState | None = None,
) -> OrderTerms:
    own = of or account()
    held = zuora or ZuoraState()
    known = {each.salesforce_id: each for each in (own, HOLDING, LABS)}
    return order_terms(
        this,
        account=own,
        account_currency=currency,
        ground=Ground(RULES, options or Options(), held),
        snapshot=Snapshot(known, held),
    )


def _named(person: JSON | None = None, **fields: Any) -> OrderSnapshot:
    found = person or contact(ADA)
    return order(BillToContactId=found["Id"], BillToContact=found, **fields)


def _owned(*, invoice: str | None = None, subscription: str | None = None, **fields: Any) -> OrderSnapshot:
    return order(InvoiceOwner__c=invoice, SubscriptionOwner__c=subscription, **fields)


def _ref(identity: str) -> Ref:
    return Ref(Key(Noun.CONTACT, identity))


def _number(account_id: str) -> Ref:
    return Ref(Key(Noun.ACCOUNT, account_id), "accountNumber")


def _owners(*, invoice: str = ACME_CORP, subscription: str = ACME_CORP) -> JSON:
    return {
        "invoiceOwnerAccountNumber": _number(invoice),
        "subscriptionOwnerAccountNumber": _number(subscription),
    }


SAID: dict[str, tuple[OrderSnapshot, Options, JSON, JSON]] = {
    "nothing of its own": (order(), Options(), {}, {}),
    "a bill-to contact": (_named(), Options(), {"billToContactId": _ref(ADA)}, {"billTo": _ref(ADA)}),
    "a ship-to contact is Zuora's sold-to": (
        order(ShipToContactId=ADA, ShipToContact=contact(ADA)),
        Options(),
        {"soldToContactId": _ref(ADA)},
        {"soldTo": _ref(ADA)},
    ),
    "a contact before an address": (
        _named(**BILLING),
        Options(),
        {"billToContactId": _ref(ADA)},
        {"billTo": _ref(ADA)},
    ),
    "a billing address": (
        order(**BILLING),
        Options(),
        {"billToContactId": _ref(f"{ORDER_ID}-billTo")},
        {"billTo": _ref(f"{ORDER_ID}-billTo")},
    ),
    "a shipping address": (
        order(**SHIPPING),
        Options(),
        {"soldToContactId": _ref(f"{ORDER_ID}-soldTo")},
        {"soldTo": _ref(f"{ORDER_ID}-soldTo")},
    ),
    "the account's address, spelt otherwise": (
        order(
            BillingStreet="1 Market Street ",
            BillingCity="San Francisco",
            BillingState="CA",
            BillingPostalCode="94105",
            BillingCountry="USA",
        ),
        Options(),
        {},
        {},
    ),
    "contacts that the options leave out": (_named(**SHIPPING), Options(order_contacts=False), {}, {}),
    "a payment term": (
        order(SBQQ__PaymentTerm__c="Net 15"),
        Options(),
        {"paymentTerm": "Net 15"},
        {"paymentTerm": "Net 15"},
    ),
    "a payment term of another name": (
        order(SBQQ__PaymentTerm__c="Due on receipt"),
        Options(),
        {"paymentTerm": "Due Upon Receipt"},
        {"paymentTerm": "Due Upon Receipt"},
    ),
    "a payment term that the options leave out": (
        order(SBQQ__PaymentTerm__c="Net 15"),
        Options(order_payment_terms=False),
        {},
        {},
    ),
    "another currency": (
        order(CurrencyIsoCode="EUR"),
        Options(multi_currency=True),
        {"currency": "EUR"},
        {"currency": "EUR"},
    ),
    "the account's currency": (order(CurrencyIsoCode="USD"), Options(multi_currency=True), {}, {}),
    "an invoice owner, who is never billed for a line item": (
        _owned(invoice=ACME_HOLDING),
        OWNED,
        _owners(invoice=ACME_HOLDING),
        {},
    ),
    "a subscription owner": (
        _owned(subscription=ACME_LABS[:15]),
        OWNED,
        _owners(subscription=ACME_LABS),
        {"ownerAccountNumber": _number(ACME_LABS)},
    ),
    "owners that are the account itself": (_owned(invoice=ACME_CORP, subscription=ACME_CORP), OWNED, {}, {}),
    "an owner's contact": (
        _owned(
            invoice=ACME_HOLDING,
            BillToContactId=GRACE,
            BillToContact=contact(GRACE, AccountId=ACME_HOLDING),
        ),
        OWNED,
        {**_owners(invoice=ACME_HOLDING), "billToContactId": _ref(GRACE)},
        {},
    ),
    "the owner's own address": (
        _owned(
            invoice=ACME_HOLDING,
            **{name: HOLDING.record[name] for name in BILLING},
        ),
        OWNED,
        _owners(invoice=ACME_HOLDING),
        {},
    ),
    "the account's address beside an owner, as Salesforce fills it in": (
        _owned(invoice=ACME_HOLDING, **{name: account().record[name] for name in BILLING}),
        OWNED,
        _owners(invoice=ACME_HOLDING),
        {},
    ),
}


@pytest.mark.parametrize(("this", "options", "subscription", "item"), SAID.values(), ids=SAID)
def test_what_an_order_says(this: OrderSnapshot, options: Options, subscription: JSON, item: JSON) -> None:
    terms = _terms(this, options=options)
    assert terms.subscription_fields == subscription
    assert terms.item_fields == item
    assert terms.trigger_dates == ()
    assert terms.problems == ()
    made = {operation.key for operation in terms.operations}
    assert made == {value.key for value in subscription.values() if getattr(value, "attribute", "") == "id"}


def test_a_contact_made_from_an_address_is_known_by_order_and_role() -> None:
    (made,) = _terms(order(**BILLING)).operations
    assert made.action is Action.CREATE
    assert made.key == Key(Noun.CONTACT, f"{ORDER_ID}-billTo")
    assert made.title == f"The billing address of Order 00000101 ({ORDER_ID})"
    assert made.payload == {
        "accountId": Ref(Key(Noun.ACCOUNT, ACME_CORP)),
        "firstName": "Acme Corp_billTo",
        "lastName": "Acme Corp_billTo",
        "address1": "5 Elm Street",
        "city": "Boston",
        "state": "Massachusetts",
        "zipCode": "02110",
        "country": "US",
        "crmId__c": f"{ORDER_ID}-billTo",
        "crmOrderId__c": ORDER_ID,
    }


def test_an_address_beside_an_owner_is_a_contact_of_the_owner() -> None:
    (made,) = _terms(_owned(invoice=ACME_HOLDING, **BILLING), options=OWNED).operations
    assert made.payload["accountId"] == Ref(Key(Noun.ACCOUNT, ACME_HOLDING))
    assert made.payload["lastName"] == "Acme Holding_billTo"
    assert made.payload["address1"] == "5 Elm Street"


def test_one_person_in_both_roles_is_one_contact() -> None:
    both = _named(ShipToContactId=ADA, ShipToContact=contact(ADA))
    terms = _terms(both)
    assert terms.subscription_fields == {"billToContactId": _ref(ADA), "soldToContactId": _ref(ADA)}
    assert len(terms.operations) == 1


def test_a_contact_zuora_has_is_used_and_brought_up_to_date() -> None:
    held = {"id": "c1", "crmId__c": f"{ORDER_ID}-billTo", "address1": "4 Elm Street", "country": "US"}
    there = zuora_account()
    state = ZuoraState(accounts={ACME_CORP: (there,)}, contacts={there["id"]: (held,)})
    (kept,) = _terms(order(**BILLING), zuora=state).operations
    assert (kept.action, kept.target) == (Action.UPDATE, "c1")
    assert kept.payload["address1"] == "5 Elm Street"


def test_a_contact_of_an_owner_zuora_has_is_left_as_it_is() -> None:
    held = {"id": "c1", "crmId__c": GRACE, "lastName": "Murray"}
    there = zuora_account(ACME_HOLDING, id="h1")
    state = ZuoraState(accounts={ACME_HOLDING: (there,)}, contacts={"h1": (held,)})
    this = _owned(
        invoice=ACME_HOLDING, BillToContactId=GRACE, BillToContact=contact(GRACE, AccountId=ACME_HOLDING)
    )
    (kept,) = _terms(this, options=OWNED, zuora=state).operations
    assert (kept.action, kept.target, kept.payload) == (Action.UNCHANGED, "c1", {})


def test_a_contact_of_another_account_is_copied_and_told() -> None:
    terms = _terms(_named(contact(GRACE, AccountId=ACME_LABS)))
    (made,) = terms.operations
    assert made.key == Key(Noun.CONTACT, f"{GRACE}-{ACME_CORP}")
    assert made.payload["crmId__c"] == f"{GRACE}-{ACME_CORP}"
    assert made.payload["accountId"] == Ref(Key(Noun.ACCOUNT, ACME_CORP))
    (warning,) = terms.problems
    assert warning.severity is Severity.WARNING
    assert warning.message == (
        f"Order 00000101 ({ORDER_ID}) names Contact Ada Lovelace ({GRACE}) as its Bill To Contact, who belongs to Account Acme Labs "
        f"({ACME_LABS}). Zuora takes contacts of Account Acme Corp ({ACME_CORP}) only: a copy of the contact is kept there. If "
        "that is a mistake, choose a contact of the account in Salesforce, and correct the order in Zuora."
    )


REFUSED: dict[str, tuple[OrderSnapshot, Options, type[ConnectorError], str]] = {
    "the account's contact beside an invoice owner": (
        _owned(invoice=ACME_HOLDING, BillToContactId=ADA, BillToContact=contact(ADA)),
        OWNED,
        RecordError,
        rf"names Contact Ada Lovelace \({ADA}\) as its Bill To Contact, who belongs to Account Acme Corp \({ACME_CORP}\); "
        rf"its invoice owner is Account Acme Holding \({ACME_HOLDING}\)",
    ),
    "the account's contact beside a subscription owner": (
        _owned(subscription=ACME_LABS, ShipToContactId=ADA, ShipToContact=contact(ADA)),
        OWNED,
        RecordError,
        r"as its Ship To Contact, .*; its subscription owner is Account Acme Labs",
    ),
    "a contact that cannot be read": (
        order(BillToContactId=ADA, BillToContact=None),
        Options(),
        RecordError,
        rf"names the Bill To Contact {ADA}, which cannot be read",
    ),
    "a billing address without state": (
        order(BillingStreet="5 Elm Street", BillingCountry="US"),
        Options(),
        RecordError,
        "has a billing address of its own, without state",
    ),
    "an owner field that does not exist": (
        order(),
        OWNED,
        ConfigError,
        "option “Invoice owner field” names InvoiceOwner__c, which does not exist on Order or is hidden",
    ),
    "an owner field that is no lookup to Account": (
        _owned(subscription=ADA),
        OWNED,
        ConfigError,
        f"has “{ADA}” in SubscriptionOwner__c, which is no account",
    ),
    "an owner that cannot be read": (
        _owned(invoice="001000000000009AAA"),
        OWNED,
        RecordError,
        "names the account 001000000000009AAA in InvoiceOwner__c, which cannot be read",
    ),
    "another currency without multi-currency": (
        order(CurrencyIsoCode="EUR"),
        Options(),
        RecordError,
        "is in EUR, but Zuora bills its account in USD",
    ),
}


@pytest.mark.parametrize(("this", "options", "kind", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_carried_is_refused_by_name(
    this: OrderSnapshot, options: Options, kind: type[ConnectorError], words: str
) -> None:
    with pytest.raises(kind) as caught:
        _terms(this, options=options)
    assert re.search(words, str(caught.value))
    assert str(caught.value).startswith(f"Order 00000101 ({ORDER_ID})")


def test_an_owner_billed_in_another_currency_is_refused_or_given_the_orders() -> None:
    there = ZuoraState(accounts={ACME_HOLDING: (zuora_account(ACME_HOLDING, currency="EUR"),)})
    this = _owned(invoice=ACME_HOLDING)
    with pytest.raises(RecordError, match=r"is in USD, but its owner Account Acme Holding .* billed in EUR"):
        _terms(this, options=OWNED, zuora=there)
    multi = Options(invoice_owner_field="InvoiceOwner__c", multi_currency=True)
    assert _terms(this, options=multi, zuora=there).subscription_fields["currency"] == "USD"


def test_a_hidden_address_is_never_taken_for_none() -> None:
    hidden = {name: value for name, value in order().record.items() if name != "BillingCity"}
    terms = _terms(OrderSnapshot(ORDER_ID, "00000101", {**hidden, "BillingStreet": "5 Elm Street"}, ()))
    assert terms.subscription_fields == {}
    (warning,) = terms.problems
    assert warning.severity is Severity.WARNING
    assert "The billing address of Order 00000101" in warning.message
    assert "BillingCity does not exist or is hidden" in warning.message


def test_the_one_time_lines_of_an_order_with_an_invoice_owner_follow_the_money_rule() -> None:
    for rule, severity in ((MoneyRule.STOP, Severity.ERROR), (MoneyRule.WARN, Severity.WARNING)):
        options = Options(invoice_owner_field="InvoiceOwner__c", money_rule=rule)
        (problem,) = _terms(_owned(invoice=ACME_HOLDING), options=options).item_problems
        assert problem.severity is severity
        assert "Zuora would bill those lines to Account Acme Corp" in problem.message


def test_authorised_dates_are_trigger_dates_where_the_options_say_so() -> None:
    this = order(CompanyAuthorizedDate="2026-01-05", CustomerAuthorizedDate=None)
    assert _terms(this).trigger_dates == ()
    terms = _terms(this, options=Options(trigger_dates=True))
    assert terms.trigger_dates == ({"name": "ServiceActivation", "triggerDate": "2026-01-05"},)
    assert terms.problems == ()


def test_a_hidden_authorised_date_is_told() -> None:
    told = _terms(order(CompanyAuthorizedDate=None), options=Options(trigger_dates=True)).problems
    (warning,) = told
    assert warning.message.startswith("CustomerAuthorizedDate of Order 00000101")


def test_terms_go_into_every_action_that_creates_a_subscription_and_dates_into_all() -> None:
    terms = OrderTerms(
        subscription_fields={"paymentTerm": "Net 15"},
        trigger_dates=({"name": "ServiceActivation", "triggerDate": "2026-01-05"},),
    )
    contract = {"name": "ContractEffective", "triggerDate": "2026-01-01"}
    creating = {"triggerDates": [contract], "createSubscription": {"subscriptionNumber": "S-1"}}
    cancelling = {"triggerDates": [contract], "cancelSubscription": {}}
    assert with_terms({"orderActions": [creating]}, terms) == {
        "orderActions": [
            {
                "triggerDates": [contract, {"name": "ServiceActivation", "triggerDate": "2026-01-05"}],
                "createSubscription": {"subscriptionNumber": "S-1", "paymentTerm": "Net 15"},
            }
        ],
    }
    untouched: JSON = {"subscriptionNumber": "S-1", "orderActions": [cancelling]}
    cancelled = with_terms(untouched, terms)
    assert cancelled["subscriptionNumber"] == "S-1"
    assert cancelled["orderActions"] == [
        {**cancelling, "triggerDates": [*cancelling["triggerDates"], *terms.trigger_dates]}
    ]


@pytest.mark.parametrize(
    "payload",
    [
        {"subscriptions": [{"orderActions": [{"createSubscription": {"paymentTerm": "Net 47"}}]}]},
        {"orderLineItems": [{"quantity": Decimal(1), "paymentTerm": "Net 47"}]},
    ],
)
def test_a_refused_payment_term_is_named_with_where_to_define_it(payload: JSON) -> None:
    sent = Operation(Action.CREATE, Key(Noun.ORDER, "1"), "Order 1", "", payload=payload)
    advice = refused_term(sent, "Invalid paymentTerm.")
    assert "“Net 47”: define it in Zuora (Billing Settings, Payment Terms)" in advice
    assert refused_term(sent, "The rate plan is gone.") == ""


def test_what_people_paste_reaches_zuora_on_one_line_without_control_characters() -> None:
    terms = _terms(order(SBQQ__PaymentTerm__c="Net\x00 30\x1b\r\n"))
    assert terms.subscription_fields["paymentTerm"] == "Net 30"

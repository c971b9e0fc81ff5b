"""*Test on an account*: what mapping rows make of an account's real records. Reads Salesforce while somebody waits; writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from connector.clients.salesforce import SalesforceClient
from connector.domain import JSON, ids, paths, soql
from connector.domain.labels import account_label, contact_label, line_label, order_label, product_label
from connector.domain.lines import LineKind, line_kind
from connector.domain.mapping_trial import Specimen, Trial, tried
from connector.domain.order_mapping import LINE_PAIRS, PRODUCT_PAIRS
from connector.domain.personal import Mask
from connector.domain.rules import Options, Pair, Rule
from connector.domain.snapshot import AccountSnapshot, OrderSnapshot
from connector.errors import RecordError
from connector.jobs.allowances import allowance
from connector.jobs.asking import impatient
from connector.jobs.keepers import VisibleFields
from connector.jobs.shared_tokens import SharedTokens
from connector.models import Integration

_ACCOUNT_PAIRS = (Pair.ACCOUNT, Pair.BILL_TO, Pair.SOLD_TO)
_LATEST, _MOST_LINES = 5, 500
"""Orders whose lines are looked at for one of each kind."""


@dataclass(frozen=True, slots=True)
class Tried:
    """`account` is its label; `trials` one for each row."""

    account: str
    trials: list[Trial]


def try_mapping(integration: Integration, salesforce_id: str, rules: Sequence[Rule]) -> Tried:
    """Raises ConnectorError: Salesforce cannot be asked, or shows no such account."""
    # The rows of quote and opportunity are tried as well where the integration does not carry them.
    options = replace(integration.options(), bill_to_contact="", sold_to_contact="", opportunity_fields=True)
    org = integration.salesforce
    with SalesforceClient(
        org.credentials(), impatient(), SharedTokens(org), allowance=allowance(org)
    ) as client:
        reading = _Reading(client, VisibleFields(org, client), tuple(rules), options, salesforce_id)
        account = reading.account()
        specimens = reading.specimens(account, {rule.pair for rule in rules})
    found = Tried(account_label(account), tried(rules, specimens))
    return _hidden(found, specimens) if integration.hide_personal_data else found


def _hidden(found: Tried, specimens: Mapping[Pair, Specimen]) -> Tried:
    """As a run of the integration would store it."""
    mask = Mask()
    for specimen in specimens.values():
        mask.learn(specimen.record)

    def shown(trial: Trial) -> Trial:
        given = tuple(
            (path, mask.value({path.split(".")[-1]: value})[path.split(".")[-1]])
            for path, value in trial.given
        )
        result = mask.value({trial.rule.target.split(".")[-1]: trial.result})
        problems = tuple(replace(each, message=mask.text(each.message)) for each in trial.problems)
        return replace(
            trial,
            label=mask.text(trial.label),
            given=given,
            result=result[trial.rule.target.split(".")[-1]],
            problems=problems,
        )

    return Tried(mask.text(found.account), [shown(each) for each in found.trials])


@dataclass(slots=True)
class _Reading:
    client: SalesforceClient
    visible: VisibleFields
    rules: tuple[Rule, ...]
    options: Options
    salesforce_id: str

    @property
    def _list(self) -> str:
        return self.client.id_list([self.salesforce_id])

    def account(self) -> AccountSnapshot:
        found = self.client.query(
            soql.accounts_by_id(self.rules, self.options, self.visible("Account"), self._list)
        )
        for row in found:
            if ids.same(str(row["Id"]), self.salesforce_id) and not row.get("IsDeleted"):
                return AccountSnapshot(self.salesforce_id, row)
        raise RecordError(
            f"Account {self.salesforce_id} cannot be found in Salesforce, or the integration user may not see it. Choose another one.",
            record=self.salesforce_id,
        )

    def specimens(self, account: AccountSnapshot, pairs: set[Pair]) -> dict[Pair, Specimen]:
        found = {pair: Specimen(account.record, account_label(account)) for pair in _ACCOUNT_PAIRS}
        if Pair.CONTACT in pairs:
            people = self.client.query(
                f"{soql.contacts_by_account(self.rules, self.visible('Contact'), self._list)} LIMIT 1"
            )
            if people:
                found[Pair.CONTACT] = Specimen(people[0], contact_label(people[0]))
        if pairs & {Pair.ORDER, *LINE_PAIRS, *PRODUCT_PAIRS.values()}:
            found |= self._of_orders()
        return found

    def _of_orders(self) -> dict[Pair, Specimen]:
        rows = self.client.query(
            soql.orders_by_account(
                self.rules, self.options, self.visible("Order"), self._list, latest=_LATEST
            )
        )[::-1]
        orders = [
            OrderSnapshot(ids.normalise(str(row["Id"])), str(row.get("OrderNumber") or ""), row, ())
            for row in rows
        ]
        if not orders:
            return {}
        by_id = {order.salesforce_id: order for order in orders}
        lines = self.client.query(
            soql.lines_by_order(
                self.rules,
                self.visible("OrderItem"),
                self.visible("Product2"),
                self.client.id_list(list(by_id)),
            )
            + f" LIMIT {_MOST_LINES}"
        )
        found = {Pair.ORDER: Specimen(orders[-1].record, order_label(orders[-1]))}
        once = next((line for line in reversed(lines) if _is_once(line)), None)
        opening = next((line for line in reversed(lines) if _opens(line)), None)
        if once:
            found[Pair.ORDER_LINE_ITEM] = _of_line(by_id, once)
        if opening:
            found |= {
                pair: _of_line(by_id, opening) for pair in LINE_PAIRS if pair is not Pair.ORDER_LINE_ITEM
            }
        product = paths.read(opening or once or {}, "Product2")
        if isinstance(product, dict):
            found |= {pair: Specimen(product, product_label(product)) for pair in PRODUCT_PAIRS.values()}
        return found


def _is_once(line: JSON) -> bool:
    return line_kind(line) is LineKind.ONE_TIME


def _opens(line: JSON) -> bool:
    """What changes a subscription was mapped when that was opened."""
    return not _is_once(line) and not line.get("SBQQ__RevisedOrderProduct__c")


def _of_line(orders: dict[str, OrderSnapshot], line: JSON) -> Specimen:
    return Specimen(line, line_label(orders[ids.normalise(str(line["OrderId"]))], line))

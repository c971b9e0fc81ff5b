"""One module per kind of order action, and the table that finds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from connector.sandbox.zuora.orders.actions.add_product import add_product
from connector.sandbox.zuora.orders.actions.cancel_subscription import cancel_subscription
from connector.sandbox.zuora.orders.actions.change_plan import change_plan
from connector.sandbox.zuora.orders.actions.create_subscription import create_subscription
from connector.sandbox.zuora.orders.actions.owner_transfer import transfer_owner
from connector.sandbox.zuora.orders.actions.remove_product import remove_product
from connector.sandbox.zuora.orders.actions.renew_subscription import renew_subscription
from connector.sandbox.zuora.orders.actions.suspensions import resume, suspend
from connector.sandbox.zuora.orders.actions.terms_and_conditions import change_terms
from connector.sandbox.zuora.orders.actions.update_product import update_product
from connector.sandbox.zuora.orders.state import Action, Work
from connector.sandbox.zuora.store import Record

CarryOut = Callable[[Work, Action, Record], Record]

DETAILS: Mapping[str, str] = {
    "CreateSubscription": "createSubscription",
    "TermsAndConditions": "termsAndConditions",
    "AddProduct": "addProduct",
    "UpdateProduct": "updateProduct",
    "RemoveProduct": "removeProduct",
    "RenewSubscription": "renewSubscription",
    "CancelSubscription": "cancelSubscription",
    "OwnerTransfer": "ownerTransfer",
    "Suspend": "suspend",
    "Resume": "resume",
    "ChangePlan": "changePlan",
}
ON_EXISTING: Mapping[str, CarryOut] = {
    "AddProduct": add_product,
    "UpdateProduct": update_product,
    "RemoveProduct": remove_product,
    "RenewSubscription": renew_subscription,
    "CancelSubscription": cancel_subscription,
    "TermsAndConditions": change_terms,
    "OwnerTransfer": transfer_owner,
    "Suspend": suspend,
    "Resume": resume,
    "ChangePlan": change_plan,
}

__all__ = ["DETAILS", "ON_EXISTING", "create_subscription"]

"""One module per order action, each with one function of the same face: work, action, subscription ->
next version.

The table below is the seam: an action that is not carried out yet stands in `not_carried_out` and is
refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from connector.sandbox.zuora.orders.actions.add_product import add_product
from connector.sandbox.zuora.orders.actions.cancel_subscription import cancel_subscription
from connector.sandbox.zuora.orders.actions.create_subscription import create_subscription
from connector.sandbox.zuora.orders.actions.not_carried_out import not_carried_out
from connector.sandbox.zuora.orders.actions.remove_product import remove_product
from connector.sandbox.zuora.orders.actions.renew_subscription import renew_subscription
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
    "TermsAndConditions": not_carried_out,
    "OwnerTransfer": not_carried_out,
    "Suspend": not_carried_out,
    "Resume": not_carried_out,
    "ChangePlan": not_carried_out,
}

__all__ = ["DETAILS", "ON_EXISTING", "create_subscription"]

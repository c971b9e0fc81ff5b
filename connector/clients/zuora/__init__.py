"""Zuora Billing's REST API, one method per endpoint in the order of the flow: accounts, contacts, catalog, orders."""

from connector.clients.zuora.accounts import CreatedAccount, NumberedAccount
from connector.clients.zuora.client import ZuoraClient, ZuoraIdentity

__all__ = ["CreatedAccount", "NumberedAccount", "ZuoraClient", "ZuoraIdentity"]

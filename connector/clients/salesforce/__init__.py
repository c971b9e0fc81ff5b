"""Salesforce CPQ, read only: queries, descriptions, and who answers."""

from connector.clients.salesforce.client import SalesforceClient, SalesforceIdentity
from connector.clients.salesforce.soql import id_list, quote

__all__ = ["SalesforceClient", "SalesforceIdentity", "id_list", "quote"]

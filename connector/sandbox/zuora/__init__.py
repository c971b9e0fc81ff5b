"""A stand-in for the part of Zuora Billing that the account flow talks to.

Field names, required fields, types and enums are Zuora's published ones; what the documents do not say is
modelled the way that is safest for a client, and marked "unverified" where it stands.
"""

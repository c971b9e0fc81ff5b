"""A Salesforce org in memory, spoken to over the documented REST wire format.

It stands outside the product and imports nothing of it: the client and the sandbox are written
from the vendor's documents independently, so that one misreading cannot make both agree.
"""

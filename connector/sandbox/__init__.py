"""Local stand-ins for Salesforce and Zuora, kept outside the house on purpose.

They share no line with the product: a reading of the vendors' documents that were wrong in both places
would make every test green. They serve the demo and the tests, on the loopback address only.
"""

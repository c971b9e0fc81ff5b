"""The objects and fields of the sandbox org, declared in Python and described as Salesforce would."""

"""The resources under /services/data, as functions from a call to a reply.

They know no web framework: the composite resource makes calls of its own.
"""

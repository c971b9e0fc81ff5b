"""Request bodies, endpoint by endpoint, in our own compact declaration."""

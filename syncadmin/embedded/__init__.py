"""Services that run from this checkout, for the demo and the tests: no system service is needed."""

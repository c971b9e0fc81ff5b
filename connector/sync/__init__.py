"""The order of things: gather, plan, apply. Knows clients and domain; knows no rows, no queue, no framework."""

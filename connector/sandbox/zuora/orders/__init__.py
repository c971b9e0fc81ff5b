"""Orders and what they make: subscriptions with versions, rate plans and charges, and order line items."""

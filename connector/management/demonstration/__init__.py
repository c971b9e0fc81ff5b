"""The demo: both sandboxes, a queue, a worker and the console on one machine, with an invented org that is synced at once."""

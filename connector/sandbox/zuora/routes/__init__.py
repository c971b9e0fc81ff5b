"""The endpoints, one module per noun: each reads its request, makes one call, and writes its answer."""

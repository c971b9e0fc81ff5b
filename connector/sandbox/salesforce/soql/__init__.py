"""SOQL as the REST query resource reads it: text to tokens, tokens to a tree, the tree to rows.

`tokens` and `grammar` know no schema, `names` gives every path its field, `conditions` and
`execution` read records. A query that a real org refuses is refused here, with its code and caret.
"""

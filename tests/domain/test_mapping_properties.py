"""What holds for any rows and any record: building never raises, and sends only what Zuora has a field for."""

from __future__ import annotations

import copy
import json

from hypothesis import given
from hypothesis import strategies as st

from connector.domain import JSON, fields, transforms
from connector.domain.mapping import build
from connector.domain.rules import Mode, Pair, Rule

names = st.sampled_from(
    ["Name", "name", "Fax", "Owner", "Owner.Email", "BillingState", "BillingCountry", "", "No Path", "X__c"]
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["US", "Texas", "ada@acme.example", "2026-01-31", "1e99", "x" * 300, "\ud800\x00"])
)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
records = st.dictionaries(st.text(max_size=3) | names, json_values, max_size=8)
arguments = st.fixed_dictionaries(
    {},
    optional={
        "length": st.integers(0, 10),
        "table": st.dictionaries(st.text(max_size=3), scalars, max_size=3),
        "paths": st.lists(names, max_size=3),
        "value": json_values,
        "text": st.text(max_size=3),
        "pattern": st.sampled_from(["(.*)", "(", "a+"]),
    },
)
targets = st.sampled_from(
    [name for pair in Pair for name in fields.names(pair)] + ["X__c", "nowhere", "taxInfo", "a.b__c", ""]
)
rules = st.builds(
    Rule,
    pair=st.sampled_from(list(Pair)),
    source=names,
    target=targets,
    transform=st.sampled_from([*transforms.names(), "", "shout"]),
    arguments=st.just({}) | arguments,
    default=json_values,
    mode=st.sampled_from(list(Mode)),
    required=st.booleans(),
)


@given(st.lists(rules, max_size=6), records, st.sampled_from(list(Pair)), st.booleans(), st.none() | records)
def test_building_never_raises_and_holds_only_fields_zuora_has(
    rows: list[Rule], record: JSON, pair: Pair, creating: bool, current: JSON | None
) -> None:
    before = copy.deepcopy((record, current))
    mapped = build(
        rows, record, pair=pair, creating=creating, current=current, record_label="Account Acme Corp"
    )
    for target in _targets(mapped.payload):
        field = fields.find(pair, target)
        assert field is not None
        assert creating or field.on_update
    assert json.loads(json.dumps(mapped.payload, allow_nan=False)) == mapped.payload
    assert json.dumps(mapped.payload, ensure_ascii=False).encode()
    assert all(problem.message.endswith(".") for problem in mapped.problems)
    assert repr((record, current)) == repr(before)


def _targets(payload: JSON) -> list[str]:
    found = []
    for name, value in payload.items():
        found += [f"{name}.{inner}" for inner in value] if isinstance(value, dict) else [name]
    return found


@given(records, st.booleans())
def test_mapping_what_was_just_written_changes_nothing(record: JSON, creating: bool) -> None:
    mapped = {"Name": "name", "Fax": "notes", "X__c": "X__c", "Owner.Email": "salesRep"}
    rows = [Rule(Pair.ACCOUNT, source, target) for source, target in mapped.items()]
    first = build(rows, record, pair=Pair.ACCOUNT, creating=creating, current={})
    second = build(rows, record, pair=Pair.ACCOUNT, creating=False, current=first.payload)
    assert second.payload == first.payload

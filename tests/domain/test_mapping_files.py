"""Mappings in files: what each format says, and that a file with a fault says where and why."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain import fields, transforms
from connector.domain.mapping_files import Entry, read, written
from connector.domain.mapping_rows import SourceField
from connector.domain.rules import Mode, Pair, Rule
from connector.models.default_mapping import DEFAULT_RULES

LISTS = """accountCustomFields : Region__c, VatNumber__c, Owner.Email

zuoraAccountCustomFields : Region__c, taxInfo/VATId, notes
contactCustomFields : Department
zuoraContactCustomFields : Department__c
"""
HUBSPOT = """[
  {"sourceObject": "Account", "targetObject": "Account",
   "fields": [
     {"source": "Region__c", "target": "Region__c"},
     {"source": "Region__c", "target": "notes"}
   ]},
  {"sourceObject": "Contact", "targetObject": "Contact",
   "fields": [{"source": "Department", "target": "Department__c"}]}
]
"""
ENTRIES = (
    Entry(
        Rule(
            Pair.ACCOUNT,
            "Region__c",
            "Region__c",
            transform="lookup",
            arguments={"table": {"EMEA": "Europa"}, "default": "sonst"},
            default="keine",
            mode=Mode.CREATE_ONLY,
            required=True,
        ),
        is_active=False,
        note="Für die Buchhaltung, “ab 2026”\n=1+1",
    ),
    Entry(Rule(Pair.ACCOUNT, "", "billCycleDay", default=1)),
    Entry(
        Rule(
            Pair.CONTACT, "Description", "contactDescription", transform="truncate", arguments={"length": 100}
        )
    ),
)


def faults(text: str, form: str, **described: SourceField) -> list[str]:
    found = read(text, form=form, described={field.path.lower(): field for field in described.values()})
    return [str(fault) for fault in found.faults]


def rows(text: str, form: str) -> list[tuple[str, str, str]]:
    found = read(text, form=form)
    assert found.faults == ()
    return [(entry.rule.pair.value, entry.rule.source, entry.rule.target) for entry in found.entries]


@pytest.mark.parametrize("form", ["json", "csv"])
def test_what_is_written_is_read_again(form: str) -> None:
    found = read(written(ENTRIES, form=form), form=form)
    assert (found.entries, found.faults) == (ENTRIES, ())
    assert written(found.entries, form=form) == written(ENTRIES, form=form)


@pytest.mark.parametrize("form", ["json", "csv"])
def test_the_default_mapping_is_read_again(form: str) -> None:
    entries = tuple(Entry(rule) for rule in DEFAULT_RULES)
    assert read(written(entries, form=form), form=form).entries == entries


def test_the_vendors_lists_are_read_by_position() -> None:
    assert rows(LISTS, "lists") == [
        ("account", "Region__c", "Region__c"),
        ("account", "VatNumber__c", "taxInfo.VATId"),
        ("account", "Owner.Email", "notes"),
        ("contact", "Department", "Department__c"),
    ]


def test_the_hubspot_connectors_json_is_read() -> None:
    assert rows(HUBSPOT, "hubspot") == [
        ("account", "Region__c", "Region__c"),
        ("account", "Region__c", "notes"),
        ("contact", "Department", "Department__c"),
    ]
    assert rows("[]", "hubspot") == []


def test_a_file_of_a_spreadsheet_is_read_whatever_it_adds() -> None:
    text = (
        "\ufeffTarget,Pair,Source\r\nnotes,account,Description\r\n,,\r\n\r\nRegion__c,account,Region__c\r\n"
    )
    assert rows(text, "csv") == [("account", "Description", "notes"), ("account", "Region__c", "Region__c")]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_file_of_a_spreadsheet_that_writes_no_commas_is_read_alike(delimiter: str) -> None:
    stream = io.StringIO()
    commas = csv.reader(io.StringIO(written(ENTRIES, form="csv"), newline=""))
    csv.writer(stream, delimiter=delimiter).writerows(commas)

    found = read("\ufeff" + stream.getvalue(), form="csv")

    assert (found.entries, found.faults) == (ENTRIES, ())


def test_the_first_line_alone_tells_what_stands_between_cells() -> None:
    text = 'pair,source,target,note\naccount,Name,name,"a;b;c;d;e\t\t\t\t"\naccount,Fax,fax,x;y;z\n'
    assert [entry.note for entry in read(text, form="csv").entries] == ["a;b;c;d;e\t\t\t\t", "x;y;z"]
    assert (
        read("pair;source;target;note\naccount;Name;name;1,2,3,4,5", form="csv").entries[0].note
        == "1,2,3,4,5"
    )


@pytest.mark.parametrize("note", ["=1+1", "+41", "-", "@x", "'=1", "''", "\tx"])
def test_a_note_is_no_formula_in_a_spreadsheet_and_comes_back_as_it_was(note: str) -> None:
    entry = Entry(Rule(Pair.ACCOUNT, "Name", "name"), note=note)
    text = written([entry], form="csv")
    assert f",'{note}" in text.replace('"', "")
    assert [each.note for each in read(text, form="csv").entries] == [note]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "accountCustomFields : A__c, B__c, C__c\nzuoraAccountCustomFields : A__c, C__c",
            "Line 2: accountCustomFields has 3 names and zuoraAccountCustomFields 2: a name or a comma is missing here, and from "
            "there on each would go to the wrong field. Without a partner at the end: C__c.",
        ),
        (
            "accountCustomFields : A__c B__c\nzuoraAccountCustomFields : A__c",
            "Line 1: Position 1 of accountCustomFields is “A__c B__c”: a comma is missing, for a field name has no blank.",
        ),
        (
            "accountCustomFields : A__c, , B__c\nzuoraAccountCustomFields : A__c, notes, B__c",
            "Line 1: Position 2 of accountCustomFields is empty: a name is missing, or a comma too many.",
        ),
        (
            "accountCustomFields : A__c\nzuoraAccountCustomFields : nowhere",
            "Line 2: A__c → nowhere: Zuora has no field “nowhere” there that can be filled. Write its REST name, for example "
            "notes, taxInfo.VATId or Region__c.",
        ),
        (
            "accountCustomFields : A__c, B__c\nzuoraAccountCustomFields : notes, notes",
            "Line 2: B__c → notes: notes is filled on the same line already, from A__c. Keep one of them.",
        ),
        (
            "accountCustomFields : A__c",
            "Line 1: accountCustomFields stands alone: there is no zuoraAccountCustomFields to go with it.",
        ),
        ("leadCustomFields : A__c", "Line 1: There are no lists for “lead”; there are for account, contact."),
        (
            "A__c, B__c",
            "Line 1: This is no list: it begins with a name such as accountCustomFields, and a colon.",
        ),
        (
            "accountCustomFields : A\naccountCustomFields : B",
            "stands on line 1 already. Make one list of the two.",
        ),
        ("\n", "Line 1: No list stands here."),
    ],
)
def test_a_list_that_does_not_come_out_even_is_refused(text: str, expected: str) -> None:
    assert expected in "\n".join(faults(text, "lists"))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            '"notes"}',
            '"Region__c"}',
            "Line 5: Region__c → Region__c: Region__c is filled on line 4 already, from Region__c.",
        ),
        ('"notes"', '"crmId"', "Line 5: Region__c → crmId: The connector fills crmId itself"),
        (
            '{"source": "Region__c", "target": "notes"}',
            '{"source": "", "target": "notes"}',
            "Line 5: “source” and “target” are",
        ),
        (
            '"sourceObject": "Contact"',
            '"sourceObject": "Deal"',
            "Line 7: There is no mapping from Deal to Contact; there is from",
        ),
        (
            '"fields": [\n',
            '"fieldz": [\n',
            "Line 2: A mapping is an object with “sourceObject”, “targetObject” and “fields”",
        ),
        ("]},\n", "]}\n", "Line 7: This is no JSON: Expecting ',' delimiter"),
    ],
)
def test_a_fault_in_the_hubspot_connectors_json_is_told_with_its_line(
    old: str, new: str, expected: str
) -> None:
    assert old in HUBSPOT
    assert expected in "\n".join(faults(HUBSPOT.replace(old, new, 1), "hubspot"))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            {"pair": "account", "source": "A B", "target": "notes"},
            "Line 5: A B → notes: Write field names joined by dots",
        ),
        (
            {"pair": "lead", "source": "A", "target": "notes"},
            "Line 5: There is no pair “lead”; use one of account, ",
        ),
        ({"pair": "account", "source": "A"}, "Line 5: The row has no “target”."),
        (
            {"pair": "account", "source": "A", "target": "notes", "transfrom": "x"},
            "Line 5: A row has no “transfrom”",
        ),
        (
            {"pair": "account", "source": "A", "target": "notes", "required": 1},
            "Line 5: “required” must be true or false; it is 1.",
        ),
        (
            {"pair": "account", "source": "A", "target": "notes", "mode": "often"},
            "Line 5: There is no mode “often”",
        ),
        (
            {"pair": "account", "source": "A", "target": "notes", "transform": "shout"},
            "There is no transform “shout”",
        ),
        (
            {"pair": "account", "target": "notes"},
            "Line 5: default → notes: Name a Salesforce field, or give a default",
        ),
        ("Region__c", "Line 5: A row is an object with “pair”, “source” and “target”."),
    ],
)
def test_a_fault_in_our_own_json_is_told_with_its_line(row: object, expected: str) -> None:
    text = (
        written(ENTRIES[:1], form="json")
        .replace("  ]\n}", f"  ,{json.dumps(row)}]\n}}")
        .replace("\n  ,", "\n,")
    )
    assert expected in "\n".join(faults(text, "json")).replace("Line 6", "Line 5")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[]", "Line 1: This is no field mapping of this application"),
        (
            '{"kind": "field-mapping", "version": 2, "rows": []}',
            "Line 1: Its version is 2; this application reads 1.",
        ),
        ('{"kind": "field-mapping", "version": 1}', "Line 1: It has no list “rows”."),
        ('{"kind": "field-mapping",\n "version": 1,\n "rows": [}', "Line 3: This is no JSON"),
        ('{"kind": "field-mapping", "kind": 1}', "The name “kind” stands twice in one object"),
        ('{"kind": NaN}', "NaN is no number of JSON."),
        ('{"kind": 1e999}', "It holds a number too large to be kept."),
        ('{"kind":\n "a\\u0000"}', "Line 2: A text holds \\u0000, which is no character. Take it out."),
        ('{"kind": [\n{"\\uD83D": 1}]}', "Line 2: A text holds \\ud83d, which is no character. Take it out."),
        ("[" * 100_000, "This is no"),
    ],
)
def test_what_is_no_mapping_is_refused_as_a_whole(text: str, expected: str) -> None:
    assert expected in "\n".join(faults(text, "json"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "account,Name,name\n",
            "Line 1: The first line must name the columns, each once, out of: pair, source, target",
        ),
        ("pair,source\n", "Line 1: The first line must name the columns"),
        ("pair,source,target\naccount,Name\n", "Line 2: It has 2 cells, and the first line names 3 columns."),
        (
            "pair,source,target,required\naccount,Name,name,perhaps\n",
            "Line 2: “required” must be yes or no; it is 'perhaps'.",
        ),
        ("pair,source,target,arguments\naccount,Name,name,{x}\n", "Line 2: “arguments” must be JSON"),
        ('pair,source,target\naccount,"Name,name\n', "This is no CSV"),
        (
            "pair;source;target\naccount,Name,name\n",
            "Line 2: It has 1 cells, and the first line names 3 columns.",
        ),
        ("pair;source,target\naccount;Name;name\n", "Line 1: The first line must name the columns"),
        (
            "pair\tsource\ttarget\trequired\naccount\tName\tname\tmaybe\n",
            "Line 2: “required” must be yes or no",
        ),
        ("pair|source|target\naccount|Name|name\n", "Line 1: The first line must name the columns"),
        (
            'pair,source,target,note\naccount,Name,name,"two\nlines"\naccount,Fax,name,\n',
            "Line 4: Fax → name: name is filled on line 2 already, from Name.",
        ),
    ],
)
def test_a_fault_in_a_table_is_told_with_its_line(text: str, expected: str) -> None:
    assert expected in "\n".join(faults(text, "csv"))


@pytest.mark.parametrize(
    ("target", "kind", "transform", "clashes"),
    [
        ("billCycleDay", "boolean", "", True),
        ("billCycleDay", "double", "", False),
        ("billCycleDay", "date", "number", False),
        ("autoPay", "date", "", True),
        ("autoPay", "string", "", False),
        ("taxInfo.exemptEffectiveDate", "currency", "", True),
        ("taxInfo.exemptEffectiveDate", "datetime", "", False),
        ("taxInfo.exemptEffectiveDate", "datetime", "boolean", True),
        ("notes", "double", "", False),
        ("Region__c", "boolean", "", False),
        ("autoPay", "date", "lookup", False),
    ],
)
def test_a_clash_of_types_is_refused_where_the_source_is_known(
    target: str, kind: str, transform: str, clashes: bool
) -> None:
    arguments = {"table": {"x": "y"}} if transform == "lookup" else {}
    rule = Rule(Pair.ACCOUNT, "Field__c", target, transform=transform, arguments=arguments)
    found = faults(written([Entry(rule)], form="json"), "json", field=SourceField("Field__c", kind))
    assert bool(found) is clashes
    assert all(f"Field__c is of Salesforce's type {kind}, and {target} is a " in each for each in found)


kept = st.characters(codec="utf-8", exclude_characters="\x00")  # no database keeps the others
rules = st.builds(
    Rule,
    pair=st.sampled_from(list(Pair)),
    source=st.sampled_from(["Name", "Owner.Email", "Region__c"]),
    target=st.sampled_from([*fields.names(Pair.CONTACT), "X__c"]),
    transform=st.sampled_from(["", "trim", "upper"]),
    default=st.none() | st.booleans() | st.integers() | st.text(kept, max_size=8),
    mode=st.sampled_from(list(Mode)),
    required=st.booleans(),
)


@given(
    st.lists(
        st.builds(Entry, rule=rules, is_active=st.booleans(), note=st.text(kept, max_size=12)), max_size=5
    )
)
def test_our_json_gives_any_rows_again(entries: list[Entry]) -> None:
    assert read(written(entries, form="json"), form="json").entries == tuple(entries)


@given(
    st.text() | st.text(alphabet='[]{}",:= \nabckindrowspairzuoraCustomFields'),
    st.sampled_from(["json", "csv", "lists", "hubspot"]),
)
def test_reading_never_raises(text: str, form: str) -> None:
    found = read(text, form=form)
    assert all(str(fault) for fault in found.faults)
    assert set(transforms.names()) >= {entry.rule.transform for entry in found.entries if not found.faults}


def test_a_file_that_plays_with_its_names_is_refused_or_read_and_never_a_fault_of_ours() -> None:
    other = '{"kind": "field-mapping", "version": 1, "note": {"rows": [1, 2]}, "rows": []}'
    (fault,) = read(other, form="json").faults
    assert str(fault) == "Line 1: It holds “note”, which no mapping of this application has."
    escaped = '[{"sourceObject": "Account", "targetObject": "Account", "fie\\u006cds": [{"source": "A__c", "target": "B__c"}]}]'
    assert len(read(escaped.replace("\\\\", "\\"), form="hubspot").entries) <= 1

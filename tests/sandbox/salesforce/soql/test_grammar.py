from __future__ import annotations

import pytest

from connector.sandbox.salesforce.soql.errors import SoqlError
from connector.sandbox.salesforce.soql.grammar import parse
from connector.sandbox.salesforce.soql.syntax import (
    Aggregate,
    Both,
    ChildQuery,
    Comparison,
    Either,
    FieldsOf,
    LiteralKind,
    Membership,
    Not,
    Path,
    SemiJoin,
)


def test_a_whole_query_keeps_every_clause() -> None:
    query = parse(
        "select Id, Account.Name, (SELECT Id FROM Contacts LIMIT 3) FROM Order o WHERE Status = 'Draft' "
        "ORDER BY EffectiveDate DESC NULLS LAST, Id LIMIT 10 OFFSET 20"
    )
    assert [type(item) for item in query.select] == [Path, Path, ChildQuery]
    assert str(query.source) == "Order"
    assert query.alias == "o"
    assert [(str(by.path), by.descending, by.nulls_last) for by in query.order_by] == [
        ("EffectiveDate", True, True),
        ("Id", False, False),
    ]
    assert (query.limit, query.offset) == (10, 20)
    inner = query.select[2]
    assert isinstance(inner, ChildQuery)
    assert inner.query.limit == 3


def test_functions_are_told_from_fields() -> None:
    query = parse("SELECT COUNT(Id) total, MAX(SystemModstamp), AccountId FROM Contact GROUP BY AccountId")
    counted, newest, _ = query.select
    assert isinstance(counted, Aggregate)
    assert (counted.function, str(counted.path), counted.alias) == ("COUNT", "Id", "total")
    assert isinstance(newest, Aggregate)
    assert newest.alias is None
    assert [str(path) for path in query.group_by] == ["AccountId"]
    whole = parse("SELECT COUNT() FROM Contact").select[0]
    assert isinstance(whole, Aggregate)
    assert whole.path is None
    fields = parse("SELECT FIELDS(all) FROM Account LIMIT 200").select[0]
    assert isinstance(fields, FieldsOf)
    assert fields.scope == "ALL"


def test_parentheses_decide_what_and_and_or_join() -> None:
    where = parse("SELECT Id FROM A WHERE (B = 1 OR NOT C = 2) AND D IN ('x', null)").where
    assert isinstance(where, Both)
    either, membership = where.conditions
    assert isinstance(either, Either)
    assert isinstance(either.conditions[1], Not)
    assert isinstance(membership, Membership)
    assert [value.kind for value in membership.values] == [LiteralKind.TEXT, LiteralKind.NULL]


def test_semi_joins_and_date_literals_are_read() -> None:
    where = parse("SELECT Id FROM A WHERE Id NOT IN (SELECT AId FROM B) AND C > LAST_N_DAYS:30").where
    assert isinstance(where, Both)
    join, compared = where.conditions
    assert isinstance(join, SemiJoin)
    assert join.negated
    assert isinstance(compared, Comparison)
    assert (compared.value.kind, compared.value.count) == (LiteralKind.RANGE, 30)


@pytest.mark.parametrize(
    ("source", "token", "column"),
    [
        ("SELECT Id FORM Account", "FORM", 11),
        ("SELECT Id FROM Account WHERE A = 1 AND B = 2 OR C = 3", "OR", 46),
        ("SELECT Id FROM Account WHERE A = 1 OR B = 2 AND C = 3", "AND", 45),
        ("SELECT Id FROM Account WHERE Id IN ()", ")", 37),
        ("SELECT Id FROM Account WHERE Id = :id", ":", 35),
        ("SELECT Id, FROM Account", "Account", 17),
        ("SELECT Id FROM Account WHERE Name IS NULL", "IS", 35),
        ("SELECT Id FROM Account LIMIT -1", "-1", 30),
        ("SELECT Id FROM Account WHERE Name =", "<EOF>", 36),
        ("SELECT DISTINCT Id FROM Account", "Id", 17),
        ("SELECT Id FROM Account) LIMIT 1", ")", 23),
        ("SELECT Id FROM Account WHERE A = LAST_N_DAYS", "<EOF>", 45),
        ("", "<EOF>", 1),
    ],
)
def test_what_salesforce_does_not_read_is_malformed(source: str, token: str, column: int) -> None:
    with pytest.raises(SoqlError) as caught:
        parse(source)
    assert caught.value.code == "MALFORMED_QUERY"
    message = caught.value.message(source)
    assert f"unexpected token: '{token}'" in message
    assert f"ERROR at Row:1:Column:{column}\n" in message


def test_all_rows_is_not_rest() -> None:
    with pytest.raises(SoqlError, match="ALL ROWS not allowed"):
        parse("SELECT Id FROM Account ALL ROWS")


def test_an_offset_has_its_limit() -> None:
    with pytest.raises(SoqlError, match="NUMBER_OUTSIDE_VALID_RANGE"):
        parse("SELECT Id FROM Account OFFSET 2001")


def test_the_caret_stands_under_the_place() -> None:
    source = "SELECT Id\nFROM Account\nWHERE Name == 'x'"
    with pytest.raises(SoqlError) as caught:
        parse(source)
    _, excerpt, caret, place, _ = caught.value.message(source).split("\n")
    assert excerpt[caret.index("^")] == "="
    assert place == "ERROR at Row:3:Column:13"

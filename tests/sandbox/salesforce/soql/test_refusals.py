# ruff: noqa: S608 - queries are put together from the test's own words
"""Queries a real org refuses: code, message and the column the caret points at."""

from __future__ import annotations

import pytest

from connector.sandbox.salesforce.errors import ApiError
from connector.sandbox.salesforce.org import Org


def refusal(org: Org, soql: str) -> ApiError:
    with pytest.raises(ApiError) as caught:
        org.engine(version=62).run(soql)
    return caught.value


@pytest.mark.parametrize(
    ("soql", "code", "column", "reason"),
    [
        ("SELECT Id, Foo FROM Account", "INVALID_FIELD", 12, "No such column 'Foo' on entity 'Account'"),
        ("SELECT Id FROM Account WHERE Foo = 1", "INVALID_FIELD", 30, "No such column 'Foo'"),
        ("SELECT Id FROM Account ORDER BY Foo", "INVALID_FIELD", 33, "No such column 'Foo'"),
        ("SELECT Owner.Foo FROM Account", "INVALID_FIELD", 8, "No such column 'Foo' on entity 'User'"),
        ("SELECT Boss.Name FROM Account", "INVALID_FIELD", 8, "Didn't understand relationship 'Boss'"),
        ("SELECT SBQQ__Quote__c.Name FROM Order", "INVALID_FIELD", 8, "Didn't understand relationship"),
        ("SELECT Id FROM XYZZY", "INVALID_TYPE", 16, "sObject type 'XYZZY' is not supported"),
        ("SELECT Id, (SELECT Id FROM Foos) FROM Account", "INVALID_TYPE", 28, "relationship 'Foos' in FROM"),
        (
            "SELECT Id FROM Account WHERE Id = 'abc'",
            "INVALID_QUERY_FILTER_OPERATOR",
            35,
            "invalid ID field: abc",
        ),
        ("SELECT Id FROM Account WHERE Id LIKE '001%'", "INVALID_QUERY_FILTER_OPERATOR", 30, "'LIKE'"),
        ("SELECT Id FROM Account WHERE Name > null", "INVALID_QUERY_FILTER_OPERATOR", 30, "'>'"),
        (
            "SELECT Id FROM Account WHERE Name = 5",
            "INVALID_FIELD",
            30,
            "of type string and should be enclosed",
        ),
        (
            "SELECT Id FROM Account WHERE NumberOfEmployees = '5'",
            "INVALID_FIELD",
            30,
            "of type int and should not be enclosed",
        ),
        ("SELECT Id FROM Account WHERE IsDeleted = 'true'", "INVALID_FIELD", 30, "of type boolean"),
        ("SELECT Id FROM Account WHERE CreatedDate > 2024-01-01", "INVALID_FIELD", 30, "of type dateTime"),
        ("SELECT Id FROM Order WHERE EndDate > 2024-01-01T00:00:00Z", "INVALID_FIELD", 28, "of type date "),
        ("SELECT Id FROM Order WHERE EndDate > 2024-02-30", "MALFORMED_QUERY", 38, "invalid date"),
        (
            "SELECT Id FROM Order WHERE EndDate > LAST_N_DAYS:9999999999",
            "MALFORMED_QUERY",
            38,
            "invalid date",
        ),
        ("SELECT Id FROM Order WHERE EndDate IN (TODAY)", "MALFORMED_QUERY", 28, "not allowed in a list"),
        ("SELECT Id FROM Account WHERE Description = 'x'", "INVALID_FIELD", 30, "can not be filtered"),
        ("SELECT Id FROM Account WHERE BillingAddress = null", "INVALID_FIELD", 30, "can not be filtered"),
        ("SELECT Id FROM Account ORDER BY Description", "INVALID_FIELD", 33, "can not be sorted"),
        ("SELECT Id, Id FROM Account", "MALFORMED_QUERY", 12, "duplicate field selected: Id"),
        ("SELECT FIELDS(ALL) FROM Account", "MALFORMED_QUERY", 8, "LIMIT of at most 200"),
        ("SELECT FIELDS(CUSTOM) FROM Account LIMIT 201", "MALFORMED_QUERY", 8, "LIMIT of at most 200"),
        ("SELECT COUNT(), Id FROM Account", "MALFORMED_QUERY", 25, "only element"),
        ("SELECT Name, COUNT(Id) FROM Account", "MALFORMED_QUERY", 8, "must be grouped or aggregated: Name"),
        ("SELECT SUM(Name) FROM Account", "MALFORMED_QUERY", 8, "does not support aggregate operator SUM"),
        (
            "SELECT Parent.Parent.Parent.Parent.Parent.Parent.Name FROM Account",
            "MALFORMED_QUERY",
            8,
            "depth of 5",
        ),
        (
            "SELECT Id FROM Account WHERE Name = 'x' OR Id IN (SELECT AccountId FROM Contact)",
            "MALFORMED_QUERY",
            44,
            "not allowed with OR",
        ),
        (
            "SELECT Id FROM Account WHERE NOT Id IN (SELECT AccountId FROM Contact)",
            "MALFORMED_QUERY",
            34,
            "not allowed with OR or NOT",
        ),
        (
            "SELECT Id FROM Account WHERE Name IN (SELECT AccountId FROM Contact)",
            "MALFORMED_QUERY",
            30,
            "should be an id field",
        ),
        (
            "SELECT Id FROM Account WHERE Id IN (SELECT OwnerId FROM Contact)",
            "MALFORMED_QUERY",
            44,
            "should point to the same object type",
        ),
        (
            "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE AccountId IN "
            "(SELECT Id FROM Account))",
            "MALFORMED_QUERY",
            73,
            "Nesting of semi join",
        ),
    ],
)
def test_refused_queries(org: Org, soql: str, code: str, column: int, reason: str) -> None:
    error = refusal(org, soql)
    assert error.code == code
    assert error.status == 400
    assert reason in error.message
    assert f"ERROR at Row:1:Column:{column}\n" in error.message


@pytest.mark.parametrize("opening", ["NOT ", "("])
def test_a_filter_nested_without_end_is_too_complicated(org: Org, opening: str) -> None:
    error = refusal(org, "SELECT Id FROM Account WHERE " + opening * 5000 + "Name = 'x'")
    assert error.code in ("QUERY_TOO_COMPLICATED", "MALFORMED_QUERY")
    closed = opening * 5000 + "Name = 'x'" + ")" * 5000 * (opening == "(")
    assert refusal(org, f"SELECT Id FROM Account WHERE {closed}").code == "QUERY_TOO_COMPLICATED"


def test_a_third_semi_join_is_too_many(org: Org) -> None:
    join = "Id IN (SELECT AccountId FROM Contact)"
    error = refusal(org, f"SELECT Id FROM Account WHERE {join} AND {join} AND {join}")
    assert "maximum 2 semi join" in error.message


def test_a_long_line_is_shown_in_part_with_the_caret_in_place(org: Org) -> None:
    names = ", ".join(field.name for field in org.catalog.entity("Account").fields)
    error = refusal(org, f"SELECT {names}, Foo, Phone FROM Account")
    _, excerpt, caret, place, _ = error.message.split("\n")
    assert excerpt[caret.index("^") :].startswith("Foo")
    assert len(excerpt) < 120
    assert place == f"ERROR at Row:1:Column:{len('SELECT ') + len(names) + 3}"


def test_the_recorded_message_for_an_unknown_object(org: Org) -> None:
    error = refusal(org, "select count() from XYZZY")
    assert error.message == (
        "\nselect count() from XYZZY\n"
        "                    ^\n"
        "ERROR at Row:1:Column:21\n"
        "sObject type 'XYZZY' is not supported. If you are attempting to use a custom object, be sure to "
        "append the '__c' after the entity name. Please reference your WSDL or the describe call for the "
        "appropriate names."
    )

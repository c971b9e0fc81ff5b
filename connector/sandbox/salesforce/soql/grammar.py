"""Reads tokens into a query tree by recursive descent, one function per rule of the grammar.

What REST refuses is refused here: AND beside OR without parentheses, `IN ()`, bind variables,
ALL ROWS, DISTINCT. TYPEOF, HAVING, WITH and USING SCOPE exist in Salesforce but not in this sandbox.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from connector.sandbox.salesforce.soql import date_literals
from connector.sandbox.salesforce.soql.errors import SoqlError, malformed
from connector.sandbox.salesforce.soql.syntax import (
    Aggregate,
    Both,
    ChildQuery,
    Comparison,
    Condition,
    Either,
    FieldsOf,
    Literal,
    LiteralKind,
    Membership,
    Not,
    Ordering,
    Path,
    Query,
    SelectItem,
    SemiJoin,
)
from connector.sandbox.salesforce.soql.tokens import Kind, Token, tokenize

AGGREGATES = {"COUNT", "COUNT_DISTINCT", "SUM", "AVG", "MIN", "MAX"}
FIELD_SCOPES = {"ALL", "STANDARD", "CUSTOM"}
OFFSET_LIMIT = 2_000

_CLAUSES = {"FROM", "WHERE", "GROUP", "ORDER", "LIMIT", "OFFSET", "ALL", "HAVING", "WITH", "USING", "FOR"}
_COMPARISONS = ("=", "!=", "<>", "<", "<=", ">", ">=")
_LITERALS = {
    Kind.TEXT: LiteralKind.TEXT,
    Kind.NUMBER: LiteralKind.NUMBER,
    Kind.DATE: LiteralKind.DATE,
    Kind.MOMENT: LiteralKind.MOMENT,
}
_Item = TypeVar("_Item")


def parse(source: str) -> Query:
    """Return the tree of a query; raises SoqlError MALFORMED_QUERY with the place."""
    reader = _Reader(tokenize(source))
    query = reader.query()
    reader.end()
    return query


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._index = 0

    def query(self) -> Query:
        self._expect_word("SELECT")
        select = self._listed(self._select_item)
        self._expect_word("FROM")
        source = self._path()
        alias = self._alias()
        where = self._condition() if self._accept_word("WHERE") else None
        group_by = self._listed(self._path) if self._accept_words("GROUP", "BY") else ()
        order_by = self._listed(self._ordering) if self._accept_words("ORDER", "BY") else ()
        limit = self._whole_number() if self._accept_word("LIMIT") else None
        offset = self._offset() if self._accept_word("OFFSET") else 0
        if self._peek().is_word("ALL"):
            raise malformed("ALL ROWS not allowed in this context", self._peek().position)
        return Query(select, source, alias, where, group_by, order_by, limit, offset)

    def end(self) -> None:
        if self._peek().kind is not Kind.END:
            raise self._unexpected()

    def _select_item(self) -> SelectItem:
        token = self._peek()
        if self._accept_symbol("("):
            query = self.query()
            self._expect_symbol(")")
            return ChildQuery(query, token.position)
        if not self._tokens[self._index + 1].is_symbol("("):
            return self._path()
        name = self._next().text.upper()
        self._expect_symbol("(")
        if name == "FIELDS":
            return self._fields_of(token)
        if name in AGGREGATES:
            return self._aggregate(name, token)
        raise malformed(f"unexpected token: '{token.text}'", token.position)

    def _fields_of(self, start: Token) -> FieldsOf:
        scope = self._next()
        if not scope.is_word(*FIELD_SCOPES):
            raise malformed(f"unexpected token: '{scope.text}'", scope.position)
        self._expect_symbol(")")
        return FieldsOf(scope.text.upper(), start.position)

    def _aggregate(self, function: str, start: Token) -> Aggregate:
        path = None if function == "COUNT" and self._peek().is_symbol(")") else self._path()
        self._expect_symbol(")")
        return Aggregate(function, path, self._alias(), start.position)

    def _alias(self) -> str | None:
        token = self._peek()
        if token.kind is not Kind.WORD or token.text.upper() in _CLAUSES:
            return None
        return self._next().text

    def _path(self) -> Path:
        start = self._name()
        parts = [start.text]
        while self._accept_symbol("."):
            parts.append(self._name().text)
        return Path(tuple(parts), start.position)

    def _name(self) -> Token:
        if self._peek().kind is not Kind.WORD:
            raise self._unexpected()
        return self._next()

    def _condition(self) -> Condition:
        first = self._term()
        for word, join in (("AND", Both), ("OR", Either)):
            if not self._peek().is_word(word):
                continue
            terms = [first]
            while self._accept_word(word):
                terms.append(self._term())
            return join(tuple(terms))  # the other word, without parentheses, is unexpected from here on
        return first

    def _term(self) -> Condition:
        if self._accept_word("NOT"):
            return Not(self._term())
        if self._accept_symbol("("):
            condition = self._condition()
            self._expect_symbol(")")
            return condition
        return self._comparison()

    def _comparison(self) -> Condition:
        path = self._path()
        if self._accept_word("LIKE"):
            return Comparison(path, "LIKE", self._literal())
        negated = self._accept_word("NOT")
        if self._accept_word("IN"):
            return self._membership(path, negated=negated)
        operator = self._peek()
        if negated or not operator.is_symbol(*_COMPARISONS):
            raise self._unexpected()
        self._next()
        return Comparison(path, "!=" if operator.text == "<>" else operator.text, self._literal())

    def _membership(self, path: Path, *, negated: bool) -> Condition:
        self._expect_symbol("(")
        if self._peek().is_word("SELECT"):
            query = self.query()
            self._expect_symbol(")")
            return SemiJoin(path, negated, query)
        values = self._listed(self._literal)
        self._expect_symbol(")")
        return Membership(path, negated, values)

    def _literal(self) -> Literal:
        token = self._next()
        if token.kind in _LITERALS:
            return Literal(_LITERALS[token.kind], token.text, token.position)
        if token.is_word("TRUE", "FALSE"):
            return Literal(LiteralKind.BOOLEAN, token.text.upper(), token.position)
        if token.is_word("NULL"):
            return Literal(LiteralKind.NULL, token.text, token.position)
        name = token.text.upper()
        if token.kind is Kind.WORD and date_literals.is_plain(name):
            return Literal(LiteralKind.RANGE, name, token.position)
        if token.kind is Kind.WORD and date_literals.is_counted(name):
            self._expect_symbol(":")
            return Literal(LiteralKind.RANGE, name, token.position, self._whole_number())
        raise malformed(f"unexpected token: '{token.text}'", token.position)

    def _ordering(self) -> Ordering:
        path = self._path()
        descending = self._accept_word("DESC")
        if not descending:
            self._accept_word("ASC")
        nulls_last = False
        if self._accept_word("NULLS"):
            nulls_last = self._accept_word("LAST")
            if not nulls_last:
                self._expect_word("FIRST")
        return Ordering(path, descending, nulls_last)

    def _offset(self) -> int:
        position = self._peek().position
        offset = self._whole_number()
        if offset > OFFSET_LIMIT:
            reason = f"Maximum SOQL offset allowed is {OFFSET_LIMIT}"
            raise SoqlError("NUMBER_OUTSIDE_VALID_RANGE", reason, position)
        return offset

    def _whole_number(self) -> int:
        token = self._peek()
        if token.kind is not Kind.NUMBER or not token.text.isdecimal():
            raise self._unexpected()
        return int(self._next().text)

    def _listed(self, rule: Callable[[], _Item]) -> tuple[_Item, ...]:
        items = [rule()]
        while self._accept_symbol(","):
            items.append(rule())
        return tuple(items)

    def _peek(self) -> Token:
        return self._tokens[self._index]

    def _next(self) -> Token:
        token = self._tokens[self._index]
        if token.kind is Kind.END:
            raise self._unexpected()
        self._index += 1
        return token

    def _unexpected(self) -> SoqlError:
        token = self._peek()
        return malformed(f"unexpected token: '{token.text}'", token.position)

    def _accept_word(self, word: str) -> bool:
        found = self._peek().is_word(word)
        self._index += found
        return found

    def _accept_words(self, *words: str) -> bool:
        if not self._accept_word(words[0]):
            return False
        for word in words[1:]:
            self._expect_word(word)
        return True

    def _accept_symbol(self, symbol: str) -> bool:
        found = self._peek().is_symbol(symbol)
        self._index += found
        return found

    def _expect_word(self, word: str) -> None:
        if not self._accept_word(word):
            raise self._unexpected()

    def _expect_symbol(self, symbol: str) -> None:
        if not self._accept_symbol(symbol):
            raise self._unexpected()

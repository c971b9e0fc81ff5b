"""A refused query: the code, the reason, and the place in the text the caret points at."""

from __future__ import annotations

_CONTEXT_BEFORE = 33
_CONTEXT_AFTER = 41


class SoqlError(Exception):
    """Raised while a query is read, bound or run; `position` counts characters from 0."""

    def __init__(self, code: str, reason: str, position: int | None = None) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason
        self.position = position

    def message(self, source: str) -> str:
        """Return the text a real org answers: the part of the query, a caret, row and column."""
        if self.position is None:
            return self.reason
        line_start = source.rfind("\n", 0, self.position) + 1
        line_end = source.find("\n", self.position)
        line = source[line_start : line_end if line_end >= 0 else len(source)]
        column = self.position - line_start
        start = _word_start(line, max(0, column - _CONTEXT_BEFORE))
        excerpt = line[start : _word_end(line, min(len(line), column + _CONTEXT_AFTER))]
        row = source.count("\n", 0, self.position) + 1
        return (
            f"\n{excerpt}\n{' ' * (column - start)}^\nERROR at Row:{row}:Column:{column + 1}\n{self.reason}"
        )


def malformed(reason: str, position: int | None = None) -> SoqlError:
    return SoqlError("MALFORMED_QUERY", reason, position)


def _word_start(line: str, index: int) -> int:
    while index and line[index - 1] != " ":
        index -= 1
    return index


def _word_end(line: str, index: int) -> int:
    while index < len(line) and line[index] != " ":
        index += 1
    return index

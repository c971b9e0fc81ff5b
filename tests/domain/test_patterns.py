from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain import patterns
from connector.domain.patterns import BadPattern, compiled


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"^[A-Z]{2}(\d+)$", "DE12345", "12345"),
        (r"^[A-Z]{2}(\d+)$", "DE12345x", ""),
        (r"\d+", "Net 30 days", "30"),
        (r"(\w+)@(\w+)", "ada@acme", "ada"),
        (r"(?:Mr|Mrs|Ms)\. (\w+)", "Dear Mrs. Lovelace", "Lovelace"),
        (r"a|ab|abc", "xabc", "a"),
        (r"abc|ab|a", "xabc", "abc"),
        (r"<(.*)>", "<a><b>", "a><b"),
        (r"<(.*?)>", "<a><b>", "a"),
        (r"[^,]+", ",Acme,Corp", "Acme"),
        (r"[]x]+", "a]x]b", "]x]"),
        (r"[a\]-]+", "x]-a", "]-a"),
        (r"[[&~|]+", "a[&~|b", "[&~|"),
        (r"\(([^)]*)\)", "Acme (Corp)", "Corp"),
        (r"(a){2,3}", "aaaa", "a"),
        (r"x{2,}", "axxxb", "xxx"),
        (r"x{2}", "axxxb", "xx"),
        (r"colou?r", "color", "color"),
        (r"(a)|(b)", "b", ""),
        (r".+", "one\ntwo", "one"),
        (r"\s", "ab", ""),
        (r"é+", "caféé", "éé"),
        (r"[ab](?:xy)?", "axb", "a"),
        (r"^$", "", ""),
    ],
)
def test_a_pattern_gives_its_first_group_or_the_whole_match(pattern: str, text: str, expected: str) -> None:
    assert compiled(pattern).extract(text) == expected


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("", "must not be empty"),
        ("x" * 201, "at most 200 characters"),
        ("(", "opens a bracket and does not close it"),
        ("a)", "closes a bracket that is not open"),
        ("[a", "opens a [ and does not close it"),
        ("[a\\", "opens a [ and does not close it"),
        ("[z-a]", "has a set that cannot be read"),
        ("*a", "nothing before it to repeat"),
        ("a{", "nothing before it to repeat"),
        ("a|+", "nothing before it to repeat"),
        ("a**", "repeats a repetition"),
        ("(a*)*", "repeats a part that can be empty"),
        ("(a|b?)+", "repeats a part that can be empty"),
        ("(?:)*", "repeats a part that can be empty"),
        ("^*", "repeats a part that can be empty"),
        ("a{3,2}", "the wrong way round"),
        ("(?=a)", "a kind of group that is not supported"),
        ("(?P<n>a)", "a kind of group that is not supported"),
        ("(a)\\1", r"has \1, which is not supported"),
        ("\\b", r"has \b, which is not supported"),
        ("\\", "which is not supported"),
        ("a{999}", "repeats too much"),
        ("((a{20}){20}){20}", "repeats too much"),
    ],
)
def test_a_pattern_that_cannot_be_run_is_refused_with_the_reason(pattern: str, reason: str) -> None:
    with pytest.raises(BadPattern) as refusal:
        compiled(pattern)
    assert reason in str(refusal.value)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"(a+)+$", "a" * 999 + "b"),
        (r"(.*.*.*.*.*=)*x", "=" * 1000),
        (r"^(\w+\s?)+$", "word " * 199 + "!"),
        (r"(?:a|a|a|a|aa|aaa)+c", "a" * 1000),
        (r"(?:a{1,60}b?){2}c", "ab" * 500),
        (r"[^c]{1,140}d", "x" * 1_000_000),
    ],
)
def test_patterns_that_never_end_elsewhere_end_here(pattern: str, text: str) -> None:
    begin = time.process_time()
    assert compiled(pattern).extract(text) == ""
    assert time.process_time() - begin < 5


def test_only_the_beginning_of_a_long_text_is_searched() -> None:
    assert compiled("x").extract("a" * 999 + "x") == "x"
    assert compiled("x").extract("a" * 1000 + "x") == ""


atoms = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\w", r"\d", r"\.", "^", "$"])


def _composed(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    repeated = st.sampled_from(["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?", "{1,}"])
    return (
        st.tuples(inner, inner).map("".join)
        | st.tuples(inner, inner).map(lambda both: f"(?:{both[0]}|{both[1]})")
        | st.tuples(inner, repeated).map(lambda both: f"(?:{both[0]}){both[1]}")
        | inner.map(lambda one: f"({one})")
    )


@given(st.recursive(atoms, _composed, max_leaves=6), st.text(alphabet="ab1.\n", max_size=8))
def test_what_is_found_is_what_pythons_own_matcher_finds(pattern: str, text: str) -> None:
    try:
        ours = compiled(pattern).extract(text)
    except BadPattern:
        assert _repeats_what_can_be_empty(pattern)
        return
    found = re.search(pattern.replace("$", r"\Z"), text)
    groups = found.groups() if found else ()
    assert ours == ((groups[0] or "" if groups else found.group()) if found else "")


def _repeats_what_can_be_empty(pattern: str) -> bool:
    """Whether some repeated group matches the empty text, judged by Python's matcher."""
    ends = [
        place
        for place, char in enumerate(pattern)
        if char == ")" and pattern[place + 1 : place + 2] in "*+?{"
    ]
    return any(re.match(f"{pattern[_opening(pattern, end) : end + 1]}\\Z", "", re.MULTILINE) for end in ends)


def _opening(pattern: str, end: int) -> int:
    depth = 0
    for place in range(end, -1, -1):
        depth += {")": 1, "(": -1}.get(pattern[place], 0)
        if depth == 0:
            return place
    raise AssertionError(pattern)


@given(st.text(alphabet="ab()[]{}*+?|^$\\.,-12", max_size=20), st.text(alphabet="ab12()", max_size=20))
def test_any_text_is_a_pattern_that_runs_or_is_refused(pattern: str, text: str) -> None:
    try:
        found = compiled(pattern).extract(text)
    except BadPattern:
        return
    assert found in text


def test_compiled_patterns_are_kept() -> None:
    assert compiled("Acme") is patterns.compiled("Acme")

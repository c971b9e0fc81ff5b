"""Secrets are found by the name beside them, by their shape, and by being known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.clients.redaction import HIDDEN, redact

SECRET = "s3cret-canary-value"


@pytest.mark.parametrize(
    "name",
    [
        "Authorization",
        "authorization",
        "Proxy-Authorization",
        "Set-Cookie",
        "client_secret",
        "clientSecret",
        "access_token",
        "refresh_token",
        "assertion",
        "Password",
        "security_token",
        "private_key",
        "sessionId",
        "signature",
        "X_API_KEY"[2:],
    ],
)
def test_a_field_with_a_secret_name_is_hidden(name: str) -> None:
    assert redact({name: SECRET, "kept": "kept"}) == {name: HIDDEN, "kept": "kept"}


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {SECRET}",
        f"authorization: basic {SECRET}",
        f"grant_type=x&client_secret={SECRET}&y=z",
        f'{{"access_token": "{SECRET}"}}',
        f"{{'password': '{SECRET}'}}",
        f"<n1:password>{SECRET}</n1:password>",
        f"<sessionId>{SECRET}</sessionId>",
        f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----",
        f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET}",
        f"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.{SECRET}",
        f"00D5g000004abcdEAA!{SECRET.replace('-', '.')}".replace(
            SECRET.replace("-", "."), "AQ.s3cret.canary"
        ),
    ],
)
def test_a_text_in_the_shape_of_a_secret_is_hidden(text: str) -> None:
    hidden = redact(text)
    assert SECRET not in hidden
    assert "s3cret" not in hidden
    assert HIDDEN in hidden


@pytest.mark.parametrize(
    "text",
    [
        "Basic plan, yearly",
        "The password of the user expired",
        "No such column 'Token__c' on entity 'Account'",
        "001Dn00000AbCdEIAV",
        "https://acme.my.salesforce.com/services/data/v62.0/query",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert redact(text) == text


def test_a_known_secret_is_hidden_wherever_it_is_echoed_and_however_it_is_spelt() -> None:
    secret = "a b/c+d=é"
    echoes = ["a b/c+d=é", "a%20b%2Fc%2Bd%3D%C3%A9", "a+b%2Fc%2Bd%3D%C3%A9"]
    assert redact([f"<{echo}>" for echo in echoes], secrets=[secret]) == [f"<{HIDDEN}>"] * 3


def test_a_secret_that_holds_another_leaves_no_rest() -> None:
    assert redact("longer-secret-x", secrets=["secret", "longer-secret"]) == f"{HIDDEN}-x"


def test_a_text_of_three_letters_is_no_secret() -> None:
    assert redact("the theme", secrets=["the", ""]) == "the theme"


def test_nested_values_and_bytes_are_reached_and_the_input_stays_as_it_was() -> None:
    value = {
        "a": [{"password": SECRET}, (f"Bearer {SECRET}",), SECRET.encode()],
        SECRET: 1,
        "n": 1,
        "none": None,
    }
    before = repr(value)
    hidden = redact(value, secrets=[SECRET])
    assert SECRET not in repr(hidden)
    assert (hidden["n"], hidden["none"]) == (1, None)
    assert repr(value) == before


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    ),
    st.text(min_size=4).filter(lambda secret: secret not in HIDDEN),
)
def test_no_value_makes_it_fail_and_no_known_secret_survives(value: object, secret: str) -> None:
    hidden = redact([value, f"x {secret} y"], secrets=[secret])
    assert secret not in hidden[1].replace(HIDDEN, "")

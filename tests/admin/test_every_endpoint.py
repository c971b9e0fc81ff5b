"""Whoever asks whichever endpoint: nobody reads, changes or sets off what is not theirs, and no answer holds a secret."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from connector import jobs
from connector.jobs.shared_tokens import of_this_process
from tests.admin.asking import Answer, actions_of, ask, form_of
from tests.admin.endpoints import EXPECTED, FOUND, GONE, LEADS_ON, REFUSED, endpoints
from tests.admin.installation import SECRET, WORD, Installation, populate
from tests.services.world import World

pytestmark = pytest.mark.django_db

EVERY = [endpoint for endpoint in endpoints() if endpoint.key in EXPECTED]
HARMLESS = ("GET", "PUT")
NO_KEYS = ("x", "9" * 30, "\x00")
Judge = Callable[[str, Answer], list[str]]
Calls = Callable[[], list[str]]


@pytest.fixture
def installed(world_in_transaction: World) -> Installation:
    """With a token of each remote in store, as after a first run."""
    integration = world_in_transaction.integration
    installed = populate(integration, world_in_transaction.account)
    jobs.test_salesforce(integration.salesforce)
    jobs.test_zuora(integration.zuora)
    return installed


@pytest.fixture
def calls(world_in_transaction: World, installed: Installation) -> Calls:
    """What both remotes were asked since the installation stood, or since the last time."""
    remotes = (world_in_transaction.salesforce, world_in_transaction.zuora)

    def told() -> list[str]:
        asked = [f"{call['method']} {call['path']}" for remote in remotes for call in remote.requests()]
        for remote in remotes:
            remote.forget_requests()
        return asked

    told()
    return told


@pytest.fixture
def shown(installed: Installation) -> Judge:
    """What of an answer is a secret; every answer of these tests is searched."""
    tokens = {token for token, _ in of_this_process._kept.values()}
    assert len(tokens) == 2
    secrets = installed.secrets() | tokens

    def judge(what: str, answer: Answer) -> list[str]:
        return [f"{what} shows {secret!r}" for secret in sorted(secrets) if secret in answer.text]

    return judge


def _user(who: str) -> User:
    """A superuser, staff who may view everything and do nothing, or staff who may not even do that."""
    if who == "root":
        return User.objects.create_superuser(who, password=SECRET)
    user = User.objects.create_user(who, password=SECRET, is_staff=True)
    if who == "viewer":
        user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    return user


def _client(user: User, *, is_strict: bool = False) -> Client:
    client = Client(enforce_csrf_checks=is_strict)
    client.force_login(user)
    return client


def test_it_is_known_of_every_endpoint_what_it_may_answer() -> None:
    keys = {endpoint.key for endpoint in endpoints()}

    assert keys - EXPECTED.keys() == set(), (
        "Say in EXPECTED of tests/admin/endpoints.py what these may answer"
    )
    assert EXPECTED.keys() - keys == set(), "These are gone: take them out of EXPECTED"


@pytest.mark.parametrize("who", ["root", "viewer", "nobody"])
def test_a_page_is_shown_to_those_who_may_see_it_and_changes_nothing(
    installed: Installation, calls: Calls, shown: Judge, who: str
) -> None:
    client = _client(_user(who))
    faults = []
    for endpoint in EVERY:
        expected = endpoint.expected
        if who == "root" and expected.asks:
            continue
        answer = ask(client, endpoint.address(installed), form=endpoint.query(installed))
        if answer.status != getattr(expected, who) or answer.writes:
            faults.append(f"{endpoint.key}: {answer.status} {answer.writes}")
        if who == "nobody" and WORD.lower() in answer.text.lower():
            faults.append(f"{endpoint.key} shows data")
        faults += shown(endpoint.key, answer)

    assert not faults, "\n".join(faults)
    assert calls() == []


def test_a_page_that_asks_a_remote_is_known(installed: Installation, calls: Calls, shown: Judge) -> None:
    root = _client(_user("root"))
    for endpoint in EVERY:
        if endpoint.expected.asks:
            answer = ask(root, endpoint.address(installed), form=endpoint.query(installed))
            assert (answer.status, answer.writes, shown(endpoint.key, answer)) == (FOUND, (), [])
            assert calls() != []
            assert endpoint.expected.viewer == REFUSED


def test_a_stranger_gets_the_login_and_nothing_else(
    installed: Installation, calls: Calls, shown: Judge
) -> None:
    root, stranger = _client(_user("root")), Client()
    login, index = reverse("admin:login"), reverse("admin:index")
    faults = []
    for endpoint in EVERY:
        for method, form in (
            ("GET", endpoint.query(installed)),
            ("POST", form_of(endpoint, installed, root)),
        ):
            answer = ask(stranger, endpoint.address(installed), method=method, form=form)
            leads_on = answer.status == LEADS_ON and answer.location.split("?")[0] in (login, index)
            is_open = endpoint.expected.is_open and answer.status in (FOUND, GONE)
            if not (leads_on or is_open) or answer.writes or WORD.lower() in answer.text.lower():
                faults.append(f"{method} {endpoint.key}: {answer.status} {answer.location} {answer.writes}")
            faults += shown(endpoint.key, answer)

    assert not faults, "\n".join(faults)
    assert calls() == []


@pytest.mark.parametrize("who", ["viewer", "nobody"])
def test_who_may_only_look_is_refused_what_changes_something(
    installed: Installation, calls: Calls, shown: Judge, who: str
) -> None:
    root_user = _user("root")
    root, client = _client(root_user), _client(_user(who))
    faults = []
    for endpoint in EVERY:
        expected = endpoint.expected
        answer = ask(
            client, endpoint.address(installed), method="POST", form=form_of(endpoint, installed, root)
        )
        is_refused = answer.status == REFUSED or expected.form is None
        if not expected.is_own and (answer.writes or not is_refused):
            faults.append(f"{endpoint.key}: {answer.status} {answer.writes}")
        faults += shown(endpoint.key, answer)
        for form in actions_of(endpoint, installed, root_user):
            answer = ask(client, endpoint.address(installed), method="POST", form=form)
            faults += [f"{endpoint.key}: {form['action']} {sql}" for sql in answer.writes]

    assert not faults, "\n".join(faults)
    assert calls() == []


def test_what_is_refused_to_others_works_for_a_superuser(installed: Installation, shown: Judge) -> None:
    """Else the refusals above would be of forms that change nothing for anybody."""
    user = _user("root")
    root = _client(user)
    faults = []
    for endpoint in EVERY:
        own = form_of(endpoint, installed, root)
        forms = [(own, endpoint.expected.form is not None and not endpoint.expected.only_asks)]
        forms += [(form, True) for form in actions_of(endpoint, installed, user)]
        for form, changes in forms:
            answer = ask(root, endpoint.address(installed), method="POST", form=form)
            if bool(answer.writes) is not changes:
                faults.append(f"{endpoint.key} {form.get('action', '')}: {answer.status} {answer.writes}")
            faults += shown(endpoint.key, answer)

    assert not faults, "\n".join(faults)


def test_nothing_is_changed_by_another_method_than_post(
    installed: Installation, calls: Calls, shown: Judge
) -> None:
    root = _client(_user("root"))
    faults = []
    for endpoint in EVERY:
        if endpoint.expected.form is None:
            continue
        form = form_of(endpoint, installed, root)
        for method in HARMLESS:
            answer = ask(root, endpoint.address(installed), method=method, form=form)
            faults += [f"{method} {endpoint.key}: {sql}" for sql in answer.writes]
            faults += shown(endpoint.key, answer)

    assert not faults, "\n".join(faults)
    assert calls() == []


def test_no_form_of_another_site_is_taken(installed: Installation, calls: Calls) -> None:
    user = _user("root")
    root, strict = _client(user), _client(user, is_strict=True)
    faults = []
    for endpoint in EVERY:
        form = form_of(endpoint, installed, root)
        answer = ask(strict, endpoint.address(installed), method="POST", form=form)
        if answer.status != REFUSED or answer.writes:
            faults.append(f"{endpoint.key}: {answer.status} {answer.writes}")

    assert not faults, "\n".join(faults)
    assert calls() == []


def test_a_row_that_there_cannot_be_is_no_fault(installed: Installation, calls: Calls) -> None:
    root = _client(_user("root"))
    asked = [(endpoint, key, method) for endpoint in EVERY for key in NO_KEYS for method in ("GET", "POST")]
    faults = []
    for endpoint, key, method in asked:
        if endpoint.is_about_a_row:
            answer = ask(root, endpoint.address(installed, key=key), method=method, form={"post": "yes"})
            if answer.status not in (LEADS_ON, REFUSED, GONE) or answer.writes:
                faults.append(f"{method} {endpoint.key} of {key!r}: {answer.status} {answer.writes}")

    assert not faults, "\n".join(faults)
    assert calls() == []

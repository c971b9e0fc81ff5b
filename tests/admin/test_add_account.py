"""Add account: search Salesforce, and take what was found."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from connector.models import Account, Integration, SyncRun
from tests.admin.pages import Page, messages
from tests.cast import ACME_CORP, ACME_LABS
from tests.models import rows
from tests.services.world import World

CLOSED_PORT = "http://127.0.0.1:1"
ADD = reverse("admin:index") + "connector/account/add/"
RESULTS = f"{ADD}results/"


def _search(client: Client, integration: Integration, text: str) -> Page:
    return Page(client.get(RESULTS, {"integration": integration.pk, "q": text}))


def _add(client: Client, integration: Integration, salesforce_id: str, **fields: str) -> Page:
    form = {"integration": str(integration.pk), "salesforce_id": salesforce_id, "name": "Acme Labs", **fields}
    return Page(client.post(ADD, form, follow=True))


def test_what_salesforce_knows_is_offered(world: World, operator: Client) -> None:
    Account.objects.all().delete()

    page = _search(operator, world.integration, "acm")

    assert "Acme Corp" in page.text
    assert ACME_CORP in page.text
    assert page.buttons == ["Add", "Add and sync"]


@pytest.mark.parametrize("text", [ACME_CORP, ACME_CORP[:15]])
def test_an_id_is_found_as_well(world: World, operator: Client, text: str) -> None:
    assert "Acme Corp" in _search(operator, world.integration, text).text


def test_what_is_known_already_is_linked_and_not_offered(world: World, operator: Client) -> None:
    page = _search(operator, world.integration, "Acme")

    assert page.buttons == []
    assert reverse("admin:connector_account_change", args=[world.account.pk]) in page.addresses


def test_nothing_found_says_so(world: World, operator: Client) -> None:
    text = _search(operator, world.integration, "100% nobody").text

    assert "No account in Salesforce has “100% nobody” in its name" in text


def test_the_search_changes_nothing(world: World, operator: Client) -> None:
    _search(operator, world.integration, "Acme")

    assert world.salesforce.writes() == []
    assert Account.objects.count() == 1
    assert operator.post(RESULTS, {"integration": world.integration.pk, "q": "Acme"}).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "a", "  ", "\x00"])
def test_too_little_is_not_searched(operator: Client, text: str) -> None:
    assert "Type at least two characters" in _search(operator, rows.integration(), text).text


def test_an_endless_text_is_no_error(world: World, operator: Client) -> None:
    assert "No account in Salesforce" in _search(operator, world.integration, "x" * 5_000).text


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x", "987654", "-1", "9" * 18, "9" * 5_000])
def test_an_integration_that_is_none_is_not_asked(operator: Client, key: str) -> None:
    response = operator.get(RESULTS, {"integration": key, "q": "Acme"})

    assert response.status_code == 200
    assert operator.post(ADD, {"integration": key, "salesforce_id": ACME_CORP}).status_code == 302
    assert not Account.objects.exists()


@pytest.fixture
def unreachable(settings: LazySettings, db: None) -> Integration:
    settings.SANDBOX_ROUTES = {"salesforce.sandbox.test": CLOSED_PORT}
    return rows.integration(salesforce=rows.salesforce_connection(host="salesforce.sandbox.test"))


def test_salesforce_being_down_is_said(unreachable: Integration, operator: Client) -> None:
    page = _search(operator, unreachable, "Acme")

    assert "Salesforce could not be asked" in page.text
    assert "Who acts: You: try again in a moment" in page.text
    assert page.buttons == []


def test_a_whole_id_can_be_added_while_salesforce_is_down(unreachable: Integration, operator: Client) -> None:
    page = _search(operator, unreachable, ACME_CORP[:15])

    assert ACME_CORP in page.text
    assert "Add" in page.buttons

    _add(operator, unreachable, ACME_CORP[:15], name="")
    account = Account.objects.get()
    assert (account.salesforce_id, account.name) == (ACME_CORP, "")


@pytest.mark.django_db
def test_adding_leads_to_the_account(operator: Client) -> None:
    integration = rows.integration()

    page = _add(operator, integration, ACME_LABS, add="")

    account = Account.objects.get()
    assert (account.integration, account.salesforce_id, account.name) == (integration, ACME_LABS, "Acme Labs")
    assert "Added “Acme Labs”." in page.text
    assert not SyncRun.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("redis_url")
def test_adding_and_syncing_leads_to_the_run(operator: Client) -> None:
    page = _add(operator, rows.integration(), ACME_LABS, sync="")

    assert SyncRun.objects.get().account.salesforce_id == ACME_LABS
    assert "Sync of Acme Labs" in page.text


@pytest.mark.django_db
def test_an_account_is_added_once(operator: Client) -> None:
    account = rows.account(parent_salesforce_id=ACME_LABS)

    response = operator.post(
        ADD,
        {"integration": account.integration_id, "salesforce_id": ACME_CORP, "name": "Forged"},
        follow=True,
    )

    assert messages(response) == ["“Acme Corp” was in the list already."]
    account.refresh_from_db()
    assert (account.name, account.parent_salesforce_id) == ("Acme Corp", ACME_LABS)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "nonsense", "003000000000001AAA", ACME_CORP[:10]])
def test_what_is_no_account_id_is_refused(operator: Client, text: str) -> None:
    page = _add(operator, rows.integration(), text)

    assert not Account.objects.exists()
    assert "id" in page.text


@pytest.mark.django_db
def test_a_viewer_adds_nothing(viewer: Client) -> None:
    integration = rows.integration()

    assert viewer.get(ADD).status_code == 403
    assert viewer.post(ADD, {"integration": integration.pk, "salesforce_id": ACME_LABS}).status_code == 403
    assert not Account.objects.exists()


@pytest.mark.django_db
def test_without_an_integration_the_page_says_what_is_missing(administrator: Client) -> None:
    page = Page(administrator.get(ADD))

    assert "there is none yet" in page.text
    assert reverse("admin:connector_integration_add") in page.addresses


@pytest.mark.django_db
def test_one_of_several_integrations_is_chosen(operator: Client) -> None:
    rows.integration(name="Production")
    trial = rows.integration(name="Trial")

    page = Page(operator.get(f"{ADD}?integration={trial.pk}"))

    assert f'<option value="{trial.pk}" selected>Trial</option>' in page.html

"""The editor of a mapping row: fields that are offered, checks against both systems, and a test on a real account."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from connector.domain.rules import Rule
from connector.jobs.describing import Checked, Describer
from connector.models import FieldMapping
from tests.admin.pages import Page
from tests.cast import ACME_CORP, account, contact, line, one_time_line, order
from tests.services.world import World
from tests.sync.dataset import dataset

pytestmark = pytest.mark.django_db(transaction=True)


def form(world: World, **fields: str) -> dict[str, str]:
    given = {
        "integration": str(world.integration.pk),
        "pair": "account",
        "source": "Name",
        "target": "notes",
        "position": "50",
        "transform": "",
        "arguments": "{}",
        "default": "",
        "mode": "always",
        "is_active": "on",
        "note": "",
    }
    return {**given, **fields}


def piece(client: Client, name: str, **given: str) -> str:
    answer = client.post(reverse(f"admin:connector_fieldmapping_{name}"), given)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def add(client: Client, world: World, **fields: str) -> Page:
    return Page(client.post(reverse("admin:connector_fieldmapping_add"), form(world, **fields), follow=True))


def test_the_fields_of_both_sides_are_offered(administrator: Client, world: World) -> None:
    world.tenant.change_settings({"custom_fields": {"Account": {"Tier__c": {}}}})
    answer = administrator.get(
        reverse("admin:connector_fieldmapping_choices"),
        {"integration": world.integration.pk, "pair": "account"},
    )
    text = answer.content.decode()
    assert '<option value="BillingCity" label="Billing City (string, up to 40 characters)">' in text
    assert '<option value="Owner."' in text
    assert '<option value="taxInfo.VATId" label="text">' in text
    assert '<option value="Tier__c" label="custom field">' in text
    assert 'value="crmId"' not in text


def test_the_editor_says_which_fields_are_filled_only_when_creating(
    administrator: Client, world: World
) -> None:
    world.tenant.change_settings(
        {"custom_fields": {"Subscription": {"Note__c": {}}, "Product": {"Tier__c": {}}}}
    )
    told = {}
    for pair in ("subscription", "product"):
        given = {"integration": world.integration.pk, "pair": pair}
        answer = administrator.get(reverse("admin:connector_fieldmapping_choices"), given)
        told[pair] = " ".join(answer.content.decode().split())
    assert (
        '<option value="notes" label="text, up to 500 characters, only when creating">'
        in told["subscription"]
    )
    assert '<option value="Note__c" label="custom field">' in told["subscription"]
    assert '<option value="Tier__c" label="custom field, only when creating">' in told["product"]
    page = Page(administrator.get(reverse("admin:connector_fieldmapping_add")))
    assert "are filled only when they are created, whatever is chosen here" in page.text


def test_a_row_is_checked_as_it_is_typed(administrator: Client, world: World) -> None:
    told = piece(administrator, "check", **form(world, target="currency", source="Name"))
    assert "Another row of this integration fills the same Zuora field." in told
    told = piece(administrator, "check", **form(world, source="BillingCity", target="purchaseOrderNumber"))
    assert "This row can be saved." in told
    assert "Billing City (string, up to 40 characters)" in told
    assert "up to 100 characters" in told
    told = piece(administrator, "check", **form(world, source="Nothing__c", target="purchaseOrderNumber"))
    assert "Salesforce shows the integration user no field “Nothing__c” of Account." in told
    told = piece(administrator, "check", **form(world, source="Name", target="purchaseOrderNumber"))
    assert "holds up to 255 characters, purchaseOrderNumber 100" in told
    assert "Name a Zuora field" in piece(administrator, "check", **form(world, target=""))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"source": "Nothing__c"}, "Salesforce shows the integration user no field “Nothing__c” of Account."),
        ({"source": "Owner.Nothing"}, "no field “Owner.Nothing” of Account"),
        ({"target": "Nothing__c"}, "Zuora has no custom field “Nothing__c” on Account."),
        ({"source": "IsDeleted", "target": "taxInfo.exemptEffectiveDate"}, "is of Salesforce's type boolean"),
        ({"target": "nowhere"}, "Zuora has no field “nowhere” there that can be filled."),
        (
            {"transform": "join", "arguments": '{"paths": ["Name", "Gone__c"]}'},
            "no field “Gone__c” of Account",
        ),
    ],
)
def test_nonsense_is_not_saved(
    administrator: Client, world: World, fields: dict[str, str], said: str
) -> None:
    page = add(administrator, world, **{"target": "purchaseOrderNumber", **fields})
    assert said in page.text
    assert not FieldMapping.objects.filter(position=50).exists()


def test_a_row_through_a_relationship_is_looked_at_to_its_end(administrator: Client, world: World) -> None:
    add(administrator, world, source="Owner.Username", target="purchaseOrderNumber")
    assert FieldMapping.objects.get(position=50).source == "Owner.Username"


def test_a_row_can_be_saved_while_a_system_is_down_and_what_was_not_checked_is_said(
    administrator: Client, world: World
) -> None:
    world.salesforce.fail(action="status", path="^/services/data", times=None, status=503)
    page = add(administrator, world, source="Anything__c", target="purchaseOrderNumber")
    assert FieldMapping.objects.get(position=50).source == "Anything__c"
    assert (
        "Salesforce's fields could not be looked at, so the row was not checked against them: " in page.text
    )


def test_what_does_not_concern_the_fields_is_saved_without_asking(
    administrator: Client, world: World
) -> None:
    row = FieldMapping.objects.get(integration=world.integration, pair="account", target="notes")
    fields = form(world, source=row.source, position=str(row.position), note="For the auditors")
    administrator.post(reverse("admin:connector_fieldmapping_change", args=[row.pk]), fields)
    row.refresh_from_db()
    assert row.note == "For the auditors"
    assert not [each for each in world.salesforce.requests() if "/describe" in each["path"]]


def test_a_row_is_tried_on_an_account_before_it_is_saved(administrator: Client, world: World) -> None:
    told = piece(
        administrator,
        "trial",
        **form(world, source="BillingCity", target="purchaseOrderNumber", transform="upper"),
        account=ACME_CORP,
    )
    assert "As if Account Acme Corp (001000000000002AAA) and its records were created now." in told
    assert "SAN FRANCISCO" in told
    assert not FieldMapping.objects.filter(position=50).exists()
    assert not [each for each in world.zuora.requests() if each["method"] != "GET"]
    refused = piece(administrator, "trial", **form(world, target="nowhere"), account=ACME_CORP)
    assert "Correct what is said above first" in refused
    unknown = piece(administrator, "trial", **form(world), account="001000000000099AAA")
    assert "cannot be found in Salesforce" in unknown


def test_the_whole_mapping_is_tried_on_real_records(administrator: Client, world: World) -> None:
    sold = order(lines=[line(), one_time_line()])
    world.org.reset()
    world.org.seed(dataset([account(contacts=[contact("003000000000001AAA")], orders=[sold])]))
    FieldMapping.objects.create(
        integration=world.integration,
        pair="subscription",
        source="OrderItemNumber",
        target="notes",
        position=90,
    )
    answer = administrator.post(
        reverse("admin:connector_integration_trial", args=[world.integration.pk]), {"account": ACME_CORP}
    )
    told = " ".join(answer.content.decode().split())
    for shown in (
        "Contact → contact",
        "Order product → subscription",
        "0000000001",
        "Onboarding",
        "Product → product",
    ):
        assert shown in told, shown


@pytest.mark.parametrize("name", ["check", "trial"])
def test_only_who_may_edit_asks(viewer: Client, world: World, name: str) -> None:
    answer = viewer.post(reverse(f"admin:connector_fieldmapping_{name}"), form(world))
    assert answer.status_code == 403


def test_no_remote_is_asked_while_the_database_waits(
    administrator: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    plain = Describer.check

    def check(describer: Describer, rule: Rule) -> Checked:
        asked.append(connection.in_atomic_block)
        return plain(describer, rule)

    monkeypatch.setattr(Describer, "check", check)
    add(administrator, world, source="BillingCity", target="purchaseOrderNumber")
    assert asked == [False]


def test_what_was_just_created_in_zuora_is_found_without_waiting(administrator: Client, world: World) -> None:
    fields = form(world, source="BillingCity", target="Fresh__c")
    assert "Zuora has no custom field “Fresh__c”" in piece(administrator, "check", **fields)
    world.tenant.change_settings({"custom_fields": {"Account": {"Fresh__c": {}}}})
    for name in _anew(world):
        cache.delete(name)
    assert "This row can be saved." in piece(administrator, "check", **fields)


def _anew(world: World) -> list[str]:
    """The marks that keep from asking again at once, as if some seconds had passed."""
    tenant = world.integration.zuora
    return [f"custom:{tenant.pk}:{int(tenant.updated_at.timestamp())}:Account:anew"]


def test_personal_data_is_hidden_in_a_trial_where_the_integration_hides_it(
    administrator: Client, world: World
) -> None:
    world.integration.hide_personal_data = True
    world.integration.save()
    told = piece(
        administrator,
        "trial",
        **form(world, source="BillingStreet", target="purchaseOrderNumber"),
        account=ACME_CORP,
    )
    street = str(world.org.record("Account", ACME_CORP)["BillingStreet"])
    assert street
    assert street not in told


def test_a_file_is_held_against_both_systems_before_it_is_taken_over(
    administrator: Client, world: World
) -> None:
    rows = [
        {"pair": "account", "source": "Nothing__c", "target": "purchaseOrderNumber"},
        {"pair": "account", "source": "IsDeleted", "target": "taxInfo.exemptEffectiveDate"},
        {"pair": "contact", "source": "Title", "target": "Nowhere__c"},
        {"pair": "contact", "source": "Title", "target": "nickname"},
    ]
    text = json.dumps({"kind": "field-mapping", "version": 1, "rows": rows}, indent=1)
    address = reverse("admin:connector_integration_mapping_source", args=[world.integration.pk, "import"])
    given = {"form": "json", "text": text, "how": "keep", "reason": "Spring"}
    page = Page(administrator.post(address, given))
    for said in (
        "Line 5: Nothing__c → purchaseOrderNumber: Salesforce shows the integration user no field",
        "Line 10: IsDeleted → taxInfo.exemptEffectiveDate: IsDeleted is of Salesforce's type boolean",
        "Line 15: Title → Nowhere__c: Zuora has no custom field “Nowhere__c” on Contact.",
    ):
        assert said in page.text, said
    assert "nickname:" not in page.text
    world.salesforce.fail(action="status", path="^/services/data", times=None, status=503)
    cache.clear()
    page = Page(administrator.post(address, given))
    assert "Salesforce's fields could not be looked at, so the row was not checked against them" in page.text


def test_the_whole_default_mapping_is_restored_in_an_org_without_the_vendors_accounting_fields(
    administrator: Client, world: World
) -> None:
    named = "Z_Accounting_Code__c"
    world.org.change_settings({"hidden_fields": {"Product2": [named]}})
    cache.clear()
    world.integration.mappings.filter(pair="charge").delete()
    address = reverse("admin:connector_integration_mapping_source", args=[world.integration.pk, "default"])
    page = Page(administrator.post(address, {"how": "replace", "reason": "Anew"}))
    assert f"Added AccountingCode Product → product rate plan charge {named}" in page.text
    assert "shows the integration user no field" not in page.text
    assert "Take over" in page.buttons


def test_rows_of_the_quote_are_tried_though_the_integration_does_not_carry_it(
    administrator: Client, world: World
) -> None:
    world.org.reset()
    world.org.seed(dataset([account(orders=[order()])]))
    row = {"pair": "order", "source": "Opportunity.Name", "target": "quote.OpportunityName__QT"}
    told = piece(administrator, "trial", **form(world, **row), account=ACME_CORP)
    assert "Sale 00000101" in told


def test_who_may_not_see_accounts_tries_nothing_on_them(world: World) -> None:
    user = User.objects.create_user("mapper", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__endswith="_fieldmapping"))
    client = Client()
    client.force_login(user)
    answer = client.post(reverse("admin:connector_fieldmapping_trial"), {**form(world), "account": ACME_CORP})
    assert answer.status_code == 403

"""`check_connections`: which org and tenant answer, and an exit status for whoever watches them."""

from __future__ import annotations

from connector.models import Account, Integration, SalesforceConnection, Secret, ZuoraConnection
from tests.services.world import World

from .conftest import Manage


def test_both_sides_answer_and_say_who_they_are(world: World, manage: Manage) -> None:
    done = manage("check_connections")

    assert (done.returncode, done.stderr) == (0, "")
    assert "Salesforce “Acme org”: answered." in done.stdout
    assert "Zuora “Acme tenant”: answered." in done.stdout
    assert world.org.org_id in done.stdout
    assert SalesforceConnection.objects.get().is_tested
    assert ZuoraConnection.objects.get().is_tested


def test_a_wrong_secret_is_told_and_the_other_side_is_still_tested(world: World, manage: Manage) -> None:
    zuora = ZuoraConnection.objects.get()
    zuora.client_secret = Secret.encrypt("not-the-secret")
    zuora.save()

    done = manage("check_connections")

    assert (done.returncode, done.stderr) == (1, "")
    assert "Salesforce “Acme org”: answered." in done.stdout
    assert "Zuora “Acme tenant”: failed. " in done.stdout
    assert "not-the-secret" not in done.stdout


def test_nothing_to_test_is_told(world: World, manage: Manage) -> None:
    for model in (Account, Integration, SalesforceConnection, ZuoraConnection):
        model.objects.all().delete()

    done = manage("check_connections")

    assert (done.returncode, done.stdout) == (
        0,
        "There is no connection yet. Create them in the admin.\n",
    )

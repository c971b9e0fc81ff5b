"""What somebody shall look at shows on the account's page until he says that he has; who said so is kept."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.admin import site
from django.contrib.admin.models import LogEntry as AdminLog
from django.contrib.auth.models import Permission, User
from django.forms import modelform_factory
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from connector.admin.account_page import CHECKS_SHOWN, ChoiceForm
from connector.domain.to_check import CHECK, lines
from connector.models import Account, SyncRun
from tests.admin import rows as told
from tests.admin.pages import Page, messages
from tests.models import rows

pytestmark = pytest.mark.django_db

COMPARE = "Order 00000101 was found in Zuora: compare the two."
OTHER = "Order 00000102 was found in Zuora: compare the two."
WHO = "An operator of this connector"
NOTHING = "Nothing was taken off: it has been already, or a sync told it anew since you were shown it."
EVIL = "<script>alert('boom')</script> {{ request.user }}"


def _page_of(account: Account) -> str:
    return reverse("admin:connector_account_change", args=[account.pk])


def _looked_at(account: Account) -> str:
    return reverse("admin:connector_account_looked_at", args=[account.pk])


def _shown(account: Account, message: str = COMPARE) -> str:
    """What the page posts for the button beside that message."""
    account.refresh_from_db()
    return next(each.digest for each in lines(account.to_check) if each.message == message)


def _told(account: Account, *messages: str) -> SyncRun:
    run = rows.started_run(account)
    for each in messages:
        told.entry(run, each, action=CHECK, record=each, level="warning")
    run.finish(status="partial", message=messages[0], who_acts=WHO, now=told.NOON)
    account.refresh_from_db()
    return run


def _synced(account: Account, message: str = "Unchanged 1 account.") -> SyncRun:
    run = rows.started_run(account)
    run.finish(message=message, now=told.NOON + timedelta(hours=1))
    account.refresh_from_db()
    return run


@pytest.fixture
def account() -> Account:
    """One that a run told to compare two orders of; the sync after it succeeded."""
    account = rows.account()
    _told(account, COMPARE, OTHER)
    _synced(account)
    return account


def _panel(page: Page) -> str:
    start = page.html.index('id="to-check"')
    return Page(page.html[start : page.html.index("</section>", start)]).text


def test_the_page_shows_what_is_to_be_looked_at(operator: Client, account: Account) -> None:
    page = Page(operator.get(_page_of(account)))

    assert "To be looked at" in _panel(page)
    assert COMPARE in _panel(page)
    assert OTHER in _panel(page)
    assert f"Who acts: {WHO}." in _panel(page)
    assert "Partly synced" in page.text
    assert "A part could not be done" not in page.text
    assert _looked_at(account) in page.forms
    assert page.buttons.count("Looked at") == 2
    assert "Resync" in page.buttons


def test_it_shows_when_each_thing_was_told(operator: Client) -> None:
    account = rows.account()
    _told(account, COMPARE)
    run = rows.started_run(account)
    for message in (OTHER, COMPARE):
        told.entry(run, message, action=CHECK, record=message, at=told.NOON + timedelta(days=3))
    run.finish(status="partial", message=OTHER, now=told.NOON + timedelta(days=3))

    assert f"Told 5 Mar 2026 {OTHER}" in _panel(Page(operator.get(_page_of(account))))
    assert f"Told 2 Mar 2026, last 5 Mar 2026 {COMPARE}" in _panel(Page(operator.get(_page_of(account))))


def test_a_line_of_before_shows_without_a_day(operator: Client) -> None:
    panel = _panel(Page(operator.get(_page_of(rows.account(to_check=COMPARE)))))

    assert COMPARE in panel
    assert "Told" not in panel


def test_of_very_much_the_page_shows_the_first_and_then_the_next(operator: Client) -> None:
    account = rows.account()
    _told(account, *(f"Order {number}." for number in range(CHECKS_SHOWN + 2)))

    page = Page(operator.get(_page_of(account)))
    assert page.buttons.count("Looked at") == CHECKS_SHOWN
    assert "2 things more, shown once some of these have been looked at." in _panel(page)
    assert f"Order {CHECKS_SHOWN}." not in _panel(page)

    _press(operator, account)

    assert f"Order {CHECKS_SHOWN}." in _panel(Page(operator.get(_page_of(account))))


def test_the_page_says_it_once_of_the_run_that_told_it(operator: Client) -> None:
    account = rows.account()
    _told(account, COMPARE)

    page = Page(operator.get(_page_of(account)))

    assert "A part could not be done" not in page.text
    assert COMPARE in _panel(page)


@pytest.mark.parametrize("status", ["failed", "partial"])
def test_what_went_wrong_besides_is_not_left_out(operator: Client, account: Account, status: str) -> None:
    run = rows.started_run(account)
    end = told.NOON + timedelta(hours=2)
    if status == "failed":
        run.fail(message="No billing state.", who_acts="The owner", now=end)
    else:
        run.finish(status=status, message="No billing state.", who_acts="The owner", now=end)

    page = Page(operator.get(_page_of(account)))

    assert "No billing state. Who acts: The owner" in page.text
    assert COMPARE in _panel(page)


def test_an_account_with_nothing_to_look_at_has_no_panel(operator: Client) -> None:
    page = Page(operator.get(_page_of(rows.account())))

    assert 'id="to-check"' not in page.html
    assert "Looked at" not in page.buttons


def test_a_viewer_sees_it_without_the_button(viewer: Client, account: Account) -> None:
    page = Page(viewer.get(_page_of(account)))

    assert COMPARE in _panel(page)
    assert "Looked at" not in page.buttons
    assert viewer.post(_looked_at(account), {"seen": _shown(account)}).status_code == 403
    account.refresh_from_db()
    assert COMPARE in account.to_check


def test_who_may_only_preview_takes_nothing_off(client: Client, account: Account) -> None:
    user = User.objects.create_user("petra", is_staff=True)
    allowed = ("view_account", "preview_account", "change_account")
    user.user_permissions.set(Permission.objects.filter(codename__in=allowed))
    client.force_login(user)

    page = Page(client.get(_page_of(account)))

    assert "Preview" in page.buttons
    assert "Looked at" not in page.buttons
    assert client.post(_looked_at(account), {"seen": _shown(account)}).status_code == 403


def test_a_message_does_nothing_on_the_page(operator: Client) -> None:
    account = rows.account()
    _told(account, EVIL)

    page = Page(operator.get(_page_of(account)))

    assert EVIL in _panel(page)
    assert "<script>alert" not in page.html


def _press(client: Client, account: Account) -> list[str]:
    """Press the first button as the page has it."""
    seen, *_ = re.findall(r'name="seen" value="(\w+)"', Page(client.get(_page_of(account))).html)
    return messages(client.post(_looked_at(account), {"seen": seen}, follow=True))


def test_who_looked_says_so_of_each_and_the_account_is_green(operator: Client, account: Account) -> None:
    assert _press(operator, account) == [f"{COMPARE} was looked at: noted. 1 thing more to be looked at."]
    panel = _panel(Page(operator.get(_page_of(account))))
    assert (COMPARE in panel, OTHER in panel) == (False, True)

    assert _press(operator, account) == [f"{OTHER} was looked at: noted. Nothing else is to be looked at."]
    page = Page(operator.get(_page_of(account)))
    assert 'id="to-check"' not in page.html
    account.refresh_from_db()
    assert (account.last_outcome, account.last_message) == ("succeeded", "Unchanged 1 account.")


def test_what_was_looked_at_is_not_asked_for_again_and_what_to_do_is(operator: Client) -> None:
    account = rows.account()
    _told(account, COMPARE)

    assert _press(operator, account) == [
        f"{COMPARE} was looked at: noted. Nothing else is to be looked at. “Acme Corp” shows how its last sync ended until you "
        "press Resync."
    ]

    page = Page(operator.get(_page_of(account)))
    assert "What was to be looked at has been. Press Resync, which says how the account stands." in page.text
    assert "A part could not be done" not in page.text
    assert "Who acts" not in page.text
    exported = b"".join(operator.get(reverse("admin:connector_account_export"))).decode()
    assert WHO not in exported


def test_of_two_that_a_run_told_the_page_asks_for_the_one_that_is_left(operator: Client) -> None:
    account = rows.account()
    _told(account, COMPARE, OTHER)

    _press(operator, account)

    page = Page(operator.get(_page_of(account)))
    assert "A part could not be done" not in page.text
    assert OTHER in _panel(page)
    account.refresh_from_db()
    assert COMPARE not in account.last_message


@pytest.mark.parametrize("address", ["admin:connector_account_history", "audit_trail"])
def test_it_is_kept_who_looked_at_what(
    operator: Client, administrator: Client, account: Account, address: str
) -> None:
    _press(operator, account)
    _press(operator, account)

    of_row = [] if address == "audit_trail" else [account.pk]
    page = Page(administrator.get(reverse(address, args=of_row)))

    assert "otto" in page.text
    assert f"Looked at: {COMPARE}" in page.text
    assert f"Looked at: {OTHER}" in page.text


def test_the_trail_keeps_the_whole_of_it(operator: Client) -> None:
    account = rows.account()
    message = f"Order 1: {'compare ' * 497}the end."
    _told(account, message)

    _press(operator, account)

    trace = AdminLog.objects.get().change_message
    assert trace == f"Looked at: {message}"
    assert len(trace) > 4000


def test_what_a_run_told_anew_after_the_page_was_shown_stays(operator: Client) -> None:
    account = rows.account()
    _told(account, COMPARE)
    seen = _shown(account)
    run = rows.started_run(account)
    told.entry(run, COMPARE, action=CHECK, record=COMPARE, at=told.NOON + timedelta(hours=2))
    run.finish(status="partial", message=COMPARE, now=told.NOON + timedelta(hours=2))

    response = operator.post(_looked_at(account), {"seen": seen}, follow=True)

    assert messages(response) == [NOTHING]
    assert COMPARE in _panel(Page(response))
    assert not AdminLog.objects.exists()


@pytest.mark.parametrize("form", [{}, {"seen": ""}, {"seen": "x"}])
def test_what_was_not_shown_is_not_taken_off(
    operator: Client, account: Account, form: dict[str, str]
) -> None:
    response = operator.post(_looked_at(account), form, follow=True)

    assert messages(response) == [NOTHING]
    assert [each.level_tag for each in response.context["messages"]] == ["warning"]
    assert COMPARE in _panel(Page(response))
    assert not AdminLog.objects.exists()


def test_the_list_the_overview_and_the_export_say_why_it_is_not_green(
    operator: Client, account: Account
) -> None:
    why = "Still to be looked at: 2 things, on the account's page. Unchanged 1 account."
    for address in ("admin:connector_account_changelist", "admin:index"):
        text = Page(operator.get(reverse(address))).text
        assert why in text, address
        assert "Partly synced" in text, address
    assert WHO in Page(operator.get(reverse("admin:index"))).text
    exported = b"".join(operator.get(reverse("admin:connector_account_export"))).decode()
    assert f"Partly synced,{why},{WHO}" in exported.replace('"', "")


def test_those_that_failed_include_it(operator: Client, account: Account) -> None:
    page = Page(
        operator.get(f"{reverse('admin:connector_account_changelist')}?last_outcome__in=failed,partial")
    )

    assert "Acme Corp" in page.text
    assert "Resync" in page.buttons


def test_a_choice_saved_meanwhile_brings_nothing_back_and_loses_nothing(operator: Client) -> None:
    """The form was read before the run ended, and is stored after it."""
    account = rows.account()
    chosen = "8ac0000000000000000000000000a112"
    form_class = modelform_factory(Account, form=ChoiceForm, fields=("chosen_zuora_id",))
    form = form_class(data={"chosen_zuora_id": chosen}, instance=Account.objects.get(pk=account.pk))
    assert form.is_valid()
    _told(account, COMPARE)

    site.get_model_admin(Account).save_model(HttpRequest(), form.save(commit=False), form, change=True)

    account.refresh_from_db()
    assert (account.chosen_zuora_id, account.last_outcome) == (chosen, "partial")
    assert [each.message for each in lines(account.to_check)] == [COMPARE]

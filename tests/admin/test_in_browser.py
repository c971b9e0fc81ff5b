"""What only a browser shows: pages that change while one looks at them, and a policy that nothing breaks."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from connector import jobs
from connector.domain.rules import Options
from connector.models import Account, SyncRun
from connector.models.default_mapping import DEFAULT_RULES
from connector.sandbox import demo_org
from tests.admin import rows as told
from tests.cast import ACME_LABS, account_record
from tests.models import rows
from tests.services.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Visit = Callable[[str], None]


def test_a_run_is_watched_without_losing_what_was_opened(page: Page, visit: Visit) -> None:
    run = rows.started_run()
    told.entry(run, "Read Acme Corp.", detail={"decision": "look first"})
    visit(reverse("admin:connector_syncrun_change", args=[run.pk]))
    page.get_by_text("Details", exact=True).click()
    expect(page.get_by_text("look first")).to_be_visible()

    told.entry(run, "Account Acme Corp could not be created.", step="apply", level="error")
    expect(page.get_by_text("Account Acme Corp could not be created.")).to_be_visible()
    expect(page.get_by_text("look first")).to_be_visible()
    expect(page.locator("#entries .sa-entry")).to_have_count(2)

    run.fail(message="No billing state. Fill it in.", who_acts="The owner", now=told.NOON)
    expect(page.locator("#run-status")).to_have_text("Failed")
    expect(page.get_by_role("button", name="Resync", exact=True)).to_be_visible()
    expect(page.get_by_text("look first")).to_be_visible()
    assert page.locator("[hx-trigger='every 1s']").count() == 0


def test_a_session_that_ends_leads_to_the_login(page: Page, visit: Visit) -> None:
    run = rows.started_run()
    visit(reverse("admin:connector_syncrun_change", args=[run.pk]))

    page.context.clear_cookies()

    expect(page.get_by_label("Username")).to_be_visible()


def test_the_list_renews_itself_and_keeps_what_was_ticked(page: Page, visit: Visit) -> None:
    run = rows.started_run()
    visit(reverse("admin:connector_account_changelist"))
    box = page.get_by_role("checkbox", name="Select record")
    box.check()
    expect(page.locator(f"#outcome-{run.account_id}")).to_have_text("Running")

    run.fail(message="No billing state.", who_acts="The owner", now=told.NOON)

    expect(page.locator(f"#outcome-{run.account_id}")).to_have_text("Failed")
    expect(page.get_by_role("button", name="Resync", exact=True)).to_be_visible()
    expect(page.locator("#outcomes")).to_contain_text("Failed 1")
    expect(box).to_be_checked()


def test_a_button_in_a_row_starts_a_run(page: Page, visit: Visit) -> None:
    account = rows.account()
    visit(reverse("admin:connector_account_changelist"))

    page.get_by_role("button", name="Preview", exact=True).click()

    expect(page.get_by_role("heading", name="Preview of Acme Corp", level=2)).to_be_visible()
    assert SyncRun.objects.get().account == account


def test_what_was_looked_at_is_taken_off_the_page_one_by_one(page: Page, visit: Visit) -> None:
    account = rows.account(to_check="Order 00000101: compare the two.\nOrder 00000102: compare the two.")
    rows.started_run(account).finish(message="Unchanged 1 account.", now=told.NOON)
    visit(reverse("admin:connector_account_change", args=[account.pk]))
    panel = page.get_by_role("region", name="To be looked at")
    expect(page.locator("#account-outcome")).to_have_text("Partly synced")

    first = panel.get_by_role("listitem").filter(has_text="Order 00000101")
    first.get_by_role("button", name="Looked at", exact=True).click()

    expect(page.get_by_text("1 thing more to be looked at.")).to_be_visible()
    expect(panel.get_by_role("listitem")).to_have_text([re.compile("Order 00000102: compare the two.")])
    expect(page.locator("#account-outcome")).to_have_text("Partly synced")

    panel.get_by_role("button", name="Looked at", exact=True).click()

    expect(page.get_by_text("Nothing else is to be looked at.")).to_be_visible()
    expect(panel).to_have_count(0)
    expect(page.locator("#account-outcome")).to_have_text("Succeeded")


def test_many_accounts_are_chosen_and_previewed(page: Page, visit: Visit, redis_url: str) -> None:
    integration = rows.integration()
    rows.account(of=integration)
    rows.account(ACME_LABS, of=integration, name="Acme Labs")
    visit(reverse("admin:connector_account_changelist"))

    for box in page.get_by_role("checkbox", name="Select record").all():
        box.check()
    page.get_by_label("Select action to run").select_option("Preview")
    page.get_by_role("button", name="Run", exact=True).click()

    expect(page.get_by_text("2 previews started.")).to_be_visible()


def test_a_login_asks_only_for_its_own_fields(page: Page, visit: Visit) -> None:
    visit(reverse("admin:connector_salesforceconnection_add"))
    shown = {
        "client_credentials": {"Consumer key", "Consumer secret"},
        "jwt_bearer": {"Consumer key", "User name", "Private key", "Is a sandbox org"},
        "password": {"User name", "Password", "Security token"},
    }
    every = set.union(*shown.values())

    for login, labels in shown.items():
        page.get_by_label("Login").select_option(login)
        for label in every:
            field = page.locator("label").filter(has_text=label).first
            expect(field).to_be_visible() if label in labels else expect(field).to_be_hidden()


def test_options_are_read_chosen_and_saved(page: Page, visit: Visit) -> None:
    integration = rows.integration()
    visit(reverse("admin:connector_integration_change", args=[integration.pk]))

    page.get_by_label("Verify with Zuora").check()
    expect(page.get_by_label("Accounting code")).to_be_hidden()
    page.locator("summary", has_text="New products in Zuora").press("Enter")
    page.get_by_label("Accounting code").fill("Subscription Revenue")
    page.locator("summary", has_text="Terms, tiers and opportunities").press("Enter")
    page.get_by_label("List price base").check()
    page.get_by_label("Terms in days").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Switch this off, or switch off “list price base”.")).to_be_visible()

    page.get_by_label("List price base").uncheck()
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("Saved “Acme”.")).to_be_visible()
    integration.refresh_from_db()
    assert integration.options() == Options(
        verify_with_zuora=True, accounting_code="Subscription Revenue", term_in_days=True
    )


def test_an_account_is_found_while_one_types(page: Page, visit: Visit, world: World) -> None:
    labs = {
        key: value
        for key, value in account_record(ACME_LABS, Name="Acme <b>Labs</b>").items()
        if key not in ("IsDeleted", "MasterRecordId")
    }
    world.org.seed({"Account": [labs]})
    visit(reverse("admin:connector_account_changelist"))
    page.get_by_role("button", name="Add account").click()

    page.get_by_label("Name or Salesforce id").press_sequentially("acm")
    expect(page.get_by_text("Acme <b>Labs</b>")).to_be_visible()
    expect(page.get_by_role("link", name="In the list")).to_be_visible()
    page.get_by_role("button", name="Add", exact=True).click()

    expect(page.get_by_role("heading", name="Acme <b>Labs</b>", level=2)).to_be_visible()
    expect(page.get_by_role("button", name="Sync", exact=True)).to_be_visible()


def test_the_log_of_an_account_is_narrowed_in_place(page: Page, visit: Visit) -> None:
    run = rows.started_run()
    told.entry(run, "All is calm.")
    told.entry(run, "All is broken.", level="error")
    visit(reverse("admin:connector_account_change", args=[run.account_id]))

    page.get_by_role("link", name="Errors", exact=True).click()

    expect(page.get_by_text("All is calm.")).to_be_hidden()
    expect(page.get_by_text("All is broken.")).to_be_visible()
    assert page.url.endswith("?level=error")


def test_a_name_that_is_a_script_does_nothing(page: Page, visit: Visit) -> None:
    account = rows.account(name="<script>document.title='boom'</script>{{ 1 + 1 }}")
    run = rows.started_run(account)
    told.entry(run, "<img src=x onerror=\"document.title='boom'\">")

    for address in (
        reverse("admin:connector_account_changelist"),
        reverse("admin:connector_account_change", args=[account.pk]),
        reverse("admin:connector_syncrun_change", args=[run.pk]),
        reverse("admin:index"),
    ):
        visit(address)
        expect(page.get_by_text("<script>document.title='boom'</script>{{ 1 + 1 }}").first).to_be_visible()
        assert page.title() != "boom"


def test_the_preview_of_a_whole_chain_says_kinds_effects_and_sums(
    page: Page, visit: Visit, world: World
) -> None:
    world.org.seed(demo_org.build())
    account = Account.objects.remember(world.integration, demo_org.showcase()["most_complex"])
    run = jobs.run_now(account, kind=SyncRun.Kind.PREVIEW, trigger=SyncRun.Trigger.ADMIN)
    visit(reverse("admin:connector_syncrun_change", args=[run.pk]))

    rows_of_orders = page.locator("#plan-operations > tbody > tr").filter(has=page.locator(".sa-kind"))
    expect(rows_of_orders.locator(".sa-kind")).to_have_text(
        ["new", "amendment", "amendment", "amendment", "renewal", "cancellation"]
    )
    expect(rows_of_orders.nth(1)).to_contain_text("50 → 75")
    expect(rows_of_orders.nth(5).get_by_role("cell", name="Cancelled", exact=True)).to_have_count(5)

    sums = page.locator("#plan-money .sa-order__sum")
    expect(sums).to_have_text(
        [f"{amount} USD agrees with Salesforce" for amount in ("219,544.00", "33,000.00", "4,620.00")]
        + [f"{amount} USD agrees with Salesforce" for amount in ("5,520.00", "48,372.00", "-23,664.00")]
    )
    expect(page.get_by_text("24 x 1199.6364 from 2024-04-01 on.")).to_be_visible()
    first = page.locator(".sa-order").first
    first.locator("summary").click()
    expect(first.get_by_role("table")).to_be_hidden()
    expect(sums.first).to_be_visible()


def test_an_order_of_many_lines_folds_and_opens(page: Page, visit: Visit) -> None:
    run = rows.started_run(kind=SyncRun.Kind.PREVIEW)
    lines = [told.money(f"Order 00000101, line {number:010} (Seats)") for number in range(120)]
    effects = [told.effect(subscription=f"SUB-{number}") for number in range(120)]
    big = told.operation(
        noun="order", key="00000101", kind="new", money=lines, sums=told.sums(), effects=effects
    )
    run.store_plan(told.plan(big))
    run.finish(message="1 change planned.", now=told.NOON)
    visit(reverse("admin:connector_syncrun_change", args=[run.pk]))

    expect(page.get_by_text("SUB-119")).to_be_hidden()
    expect(page.get_by_text("Line 0000000119 (Seats)")).to_be_hidden()
    page.get_by_text("What it does, line by line").click()
    page.locator(".sa-order summary").click()

    expect(page.get_by_text("SUB-119")).to_be_visible()
    expect(page.get_by_text("Line 0000000119 (Seats)")).to_be_visible()


def test_the_figures_of_an_order_fit_a_small_screen(page: Page, visit: Visit) -> None:
    page.set_viewport_size({"width": 1360, "height": 800})
    run = rows.started_run(kind=SyncRun.Kind.PREVIEW)
    moved = told.effect(
        subscription="SUB-0000000061",
        product="Dedicated Premium Support",
        quantity_before="100",
        quantity="1250",
        price_before="1200.00",
        price="1199.636363636",
        period="half-year",
    )
    order = told.operation(
        noun="order",
        key="00000101",
        kind="amendment",
        title="Order 00000101 (801000000000101AAA)",
        effects=[moved],
    )
    run.store_plan(told.plan(order))
    run.finish(message="1 change planned.", now=told.NOON)
    visit(reverse("admin:connector_syncrun_change", args=[run.pk]))

    expect(page.get_by_text("1,199.636363636")).to_be_visible()
    for scroll in page.locator(".sa-scroll").all():
        assert scroll.evaluate("it => it.scrollWidth - it.clientWidth") <= 0


def test_what_happens_next_to_an_open_write_is_read_whole_and_leads_on(page: Page, visit: Visit) -> None:
    run = rows.started_run()
    rows.write_intent(run, is_asynchronous=True)
    visit(reverse("admin:connector_writeintent_changelist"))

    told_next = page.get_by_text("looks it up in Zuora and uses what is there").first
    assert told_next.evaluate("it => it.scrollHeight - it.clientHeight") <= 0
    page.locator(f'a[href*="/writeintent/{run.intents.get().pk}/change/"]').first.click()
    expect(page).to_have_url(re.compile(rf"/{run.intents.get().pk}/change/"))


def test_a_mapping_is_pasted_mended_and_taken_over(page: Page, visit: Visit) -> None:
    integration = rows.integration()
    visit(reverse("admin:connector_integration_change", args=[integration.pk]))
    page.get_by_role("link", name="Import").click()
    page.get_by_label("Format").select_option("lists")
    text = page.get_by_label("Or the text itself")
    text.fill("accountCustomFields : Region__c\nzuoraAccountCustomFields : nowhere")
    page.get_by_label("Reason").fill("Spring release")
    look = page.get_by_role("button", name="Show what would change")
    look.click()
    expect(page.get_by_role("alert")).to_contain_text("Line 2: Region__c → nowhere")

    text.fill(text.input_value().replace("nowhere", "Region__c"))
    look.click()
    expect(page.locator("#change-counts")).to_contain_text("Added 1")
    page.get_by_role("button", name="Take over").click()

    expect(page.get_by_text(f"Taken over: 1 added; {len(DEFAULT_RULES)} unchanged.")).to_be_visible()
    assert integration.mappings.get(target="Region__c").source == "Region__c"


def test_a_drift_report_is_watched_until_it_is_over(page: Page, visit: Visit) -> None:
    account = rows.account()
    report = rows.drift_report(account.integration, status="running", in_step=3)
    visit(reverse("admin:connector_driftreport_change", args=[report.pk]))
    expect(page.locator("#drift-counts")).to_contain_text("3 of 12")

    rows.drift_finding(report, account)
    expect(page.locator("#drift-counts")).to_contain_text("4 of 12")

    report.finish(message="4 accounts checked: 3 in step, 1 differs.", now=told.NOON)
    expect(page.locator("#drift-status")).to_have_text("Finished")
    assert page.locator("[hx-trigger^='every']").count() == 0
    expect(page.get_by_role("button", name="Sync these (1)")).to_be_visible()


def test_on_a_telephone_what_to_do_is_read_whole(page: Page, visit: Visit) -> None:
    """Tables become blocks there, and the theme's lists do not cut the sentences that matter."""
    run = rows.started_run()
    run.fail(message="Order 00000104 is not finished yet. " * 8, who_acts="The owner", now=told.NOON)
    rows.write_intent(run, account=run.account, reason="Zuora did not answer within 120 s.")
    page.set_viewport_size({"width": 390, "height": 844})

    visit(reverse("admin:index"))
    said = page.locator("td", has_text="is not finished yet").bounding_box()
    assert said is not None
    assert said["x"] >= 0
    assert said["x"] + said["width"] <= 390
    button = page.get_by_role("link", name="Open writes", exact=True).last
    assert button.evaluate("each => each.getBoundingClientRect().top") > page.get_by_text(
        "Zuora may have it or not"
    ).evaluate("each => each.getBoundingClientRect().bottom")

    visit(reverse("admin:connector_writeintent_changelist"))
    cell = page.locator("td", has_text="looks it up in Zuora")
    assert cell.evaluate("each => each.scrollHeight <= each.clientHeight")

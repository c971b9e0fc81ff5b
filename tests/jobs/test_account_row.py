"""What the list of accounts shows after a run."""

from __future__ import annotations

from connector.jobs.running import run_now
from connector.models import Account, SyncRun
from tests.cast import ACME_CORP, ACME_HOLDING, account_record
from tests.services.world import World


def test_the_row_shows_name_parent_and_zuora_number(world: World) -> None:
    holding = account_record(ACME_HOLDING, Name="Acme Holding")
    world.org.seed(
        {
            "Account": [
                {
                    name: value
                    for name, value in holding.items()
                    if name not in ("IsDeleted", "MasterRecordId")
                }
            ]
        }
    )
    world.org.update("Account", ACME_CORP, ParentId=ACME_HOLDING)
    run_now(world.account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND)
    world.account.refresh_from_db()
    assert world.account.parent_salesforce_id == ACME_HOLDING

    row = Account.objects.remember(world.integration, ACME_HOLDING)
    run_now(row, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND)
    row.refresh_from_db()
    assert row.name == "Acme Holding"
    assert row.zuora_account_number == world.zuora_accounts()[0]["accountNumber"]

"""What the last sync of an account told somebody to look at shows on its page from now on, as if it had been kept from the start.
Where that is not over or was cancelled, what the last one told that was carried out does as well.

Nothing is taken back: a column that is not read does no harm, and going there again leaves alone what has been kept.
"""

import json
from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Q, Subquery

CHECK = "check"
WAITING = ("partial", "failed", "running")
CARRIED_OUT = ("succeeded", "partial", "failed")


def keep(apps: Any, schema_editor: Any) -> None:
    accounts, runs, entries = (
        apps.get_model("connector", name) for name in ("Account", "SyncRun", "LogEntry")
    )
    syncs = runs.objects.filter(account=OuterRef("pk"), kind="sync", status__in=CARRIED_OUT)
    last = Subquery(syncs.order_by("-finished_at").values("pk")[:1])
    waiting = accounts.objects.filter(last_outcome__in=WAITING, to_check="").exclude(last_run=None)
    of_last = Q(run__in=waiting.values("last_run")) | Q(run__in=waiting.values_list(last))
    told = entries.objects.filter(of_last, action=CHECK, run__kind="sync")
    kept: dict[int, dict[tuple[str, str], dict[str, str]]] = {}
    for entry in told.order_by("run__created_at", "run", "sequence").iterator():
        lines = kept.setdefault(entry.account_id, {})
        key = (entry.noun, entry.record or entry.message)
        first_on = lines.pop(key, {}).get("first_on") or entry.at.date().isoformat()
        lines[key] = {
            "message": entry.message,
            "noun": entry.noun,
            "record": entry.record,
            "first_on": first_on,
            "at": entry.at.isoformat(),
        }
    for account_id, lines in kept.items():
        text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines.values())
        accounts.objects.filter(pk=account_id, to_check="").update(to_check=text)


class Migration(migrations.Migration):
    dependencies = [
        ("connector", "0033_writeintent_vanished_at"),
    ]

    operations = [
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]

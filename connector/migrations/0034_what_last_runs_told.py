"""What the last sync of an account told somebody to look at shows on its page from now on, as if it had been kept from the start.

Nothing is taken back: a column that is not read does no harm, and going there again leaves alone what has been kept.
"""

import json
from typing import Any

from django.db import migrations

CHECK = "check"
WAITING = ("partial", "failed", "running")


def keep(apps: Any, schema_editor: Any) -> None:
    accounts, entries = (apps.get_model("connector", name) for name in ("Account", "LogEntry"))
    waiting = accounts.objects.filter(last_outcome__in=WAITING, to_check="").exclude(last_run=None)
    told = entries.objects.filter(run__in=waiting.values("last_run"), action=CHECK, run__kind="sync")
    kept: dict[int, dict[tuple[str, str], dict[str, str]]] = {}
    for entry in told.order_by("run", "sequence").iterator():
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

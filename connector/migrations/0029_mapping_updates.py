from typing import Any

from django.db import migrations, models
from django.utils import timezone

NOUNS = [
    ("account", "Account"),
    ("contact", "Contact"),
    ("product", "Product"),
    ("rate plan", "Rate plan"),
    ("charge", "Charge"),
    ("order", "Order"),
    ("order line item", "Order line item"),
    ("subscription", "Subscription"),
]
MODES = [
    ("always", "Always"),
    ("create_only", "Only when creating"),
    ("if_empty", "Only where Zuora has nothing"),
]
HELP = (
    "Products, and standard fields of orders, line items, subscriptions, rate plans and charges, are filled only when they "
    "are created, whatever is chosen here. Custom fields (…__c) of orders and of what is in them follow later as well."
)
PAIRS_OF_ORDERS = ("order", "order_line_item", "subscription", "subscription_plan", "subscription_charge")
REASON = "It fills new records alone, as it did until then"
SAID = (
    "An upgrade set “Only when creating”: until then this row filled new records alone, whatever was chosen. Choose “Always” where "
    "Zuora shall follow Salesforce, also over what was typed in Zuora."
)
LONGEST_NOTE = 255


def keep_to_new_records(apps: Any, schema_editor: Any) -> None:
    """A row that filled a custom field when its record was created must not begin by itself to overwrite what Zuora holds."""
    mappings = apps.get_model("connector", "FieldMapping").objects
    history = apps.get_model("connector", "HistoricalFieldMapping")
    own = {field.attname for field in history._meta.concrete_fields}
    for row in mappings.filter(pair__in=PAIRS_OF_ORDERS, mode__in=("always", "if_empty")).order_by("pk"):
        if not row.target.endswith("__c"):
            continue
        row.mode, row.note = "create_only", appended(row.note)
        row.save(update_fields=["mode", "note"])
        kept = {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields}
        history.objects.create(
            **{name: value for name, value in kept.items() if name in own},
            history_date=timezone.now(),
            history_type="~",
            history_change_reason=REASON,
        )


def appended(note: str) -> str:
    """The history has the note as it was, where it must be cut."""
    if SAID in note:
        return note
    left = LONGEST_NOTE - len(SAID) - 1
    kept = note if len(note) <= left else f"{note[: left - 1]}…"
    return f"{kept} {SAID}".lstrip()


class Migration(migrations.Migration):
    dependencies = [
        ("connector", "0028_whole_default_mapping"),
    ]

    operations = [
        *(
            migrations.AlterField(
                model_name=name,
                name="noun",
                field=models.CharField(choices=NOUNS, max_length=20),
            )
            for name in ("driftdifference", "recordlink", "writeintent")
        ),
        *(
            migrations.AlterField(
                model_name=name,
                name="mode",
                field=models.CharField(choices=MODES, default="always", help_text=HELP, max_length=20),
            )
            for name in ("fieldmapping", "historicalfieldmapping")
        ),
        # On the way back every mode means "when it is created" again: there is nothing to change back.
        migrations.RunPython(keep_to_new_records, migrations.RunPython.noop),
    ]

from django.db import migrations, models

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
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("connector", "0019_history_of_settings"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="writeintent",
            options={
                "default_permissions": ("view",),
                "ordering": ("-opened_at",),
                "permissions": (("resolve_writeintent", "Can look up open writes in Zuora"),),
            },
        ),
        migrations.AddField(
            model_name="writeintent",
            name="account",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="intents",
                to="connector.account",
            ),
        ),
        migrations.AddField(
            model_name="writeintent",
            name="sought",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="writeintent",
            name="resolved_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="writeintent",
            name="resolved_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]

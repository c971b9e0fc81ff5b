from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("connector", "0016_limits_of_zuora_connections"),
    ]

    operations = [
        migrations.AddField(
            model_name="syncrun",
            name="details_removed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="syncrun",
            index=models.Index(fields=["created_at"], name="connector_run_by_age"),
        ),
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(fields=["-at", "-id"], name="connector_log_by_time"),
        ),
    ]

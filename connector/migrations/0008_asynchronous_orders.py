from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("connector", "0007_order_and_catalog_options"),
    ]

    operations = [
        migrations.AddField(
            model_name="writeintent",
            name="is_asynchronous",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="writeintent",
            name="job_id",
            field=models.CharField(blank=True, default="", max_length=255),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("connector", "0017_log_retention"),
    ]

    operations = [
        migrations.AddField(
            model_name="integration",
            name="hide_personal_data",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="In log, previews and messages people's names are initials; e-mail addresses, phone numbers and streets do not appear. "
                "Zuora gets them all the same, but a preview no longer shows how they change. Entries written before stay as they are.",
                verbose_name="hide personal data in the log",
            ),
        ),
    ]

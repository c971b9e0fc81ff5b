from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

GROUPS = ("Operator", "Administrator")
CODENAME = "resolve_writeintent"


def allow(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Groups that exist are left alone by `ensure_roles`; a right that is new takes nothing back from anybody."""
    using = editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(using).filter(name__in=GROUPS)
    if not groups:
        return  # a new database: the groups are made with all their rights
    kind, _ = (
        apps.get_model("contenttypes", "ContentType")
        .objects.using(using)
        .get_or_create(app_label="connector", model="writeintent")
    )
    permission, _ = (
        apps.get_model("auth", "Permission")
        .objects.using(using)
        .get_or_create(
            content_type=kind, codename=CODENAME, defaults={"name": "Can look up open writes in Zuora"}
        )
    )
    for group in groups:
        group.permissions.add(permission)


def fill_accounts(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    intents = apps.get_model("connector", "WriteIntent").objects.using(editor.connection.alias)
    runs = apps.get_model("connector", "SyncRun").objects.using(editor.connection.alias)
    mine = runs.filter(pk=models.OuterRef("run_id")).values("account_id")[:1]
    intents.exclude(run=None).update(account_id=models.Subquery(mine))


class Migration(migrations.Migration):
    """Apart from the columns: PostgreSQL alters no table whose rows were changed in the same transaction."""

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("connector", "0020_resolving_open_writes"),
    ]

    operations = [
        migrations.RunPython(fill_accounts, migrations.RunPython.noop),
        migrations.RunPython(allow, migrations.RunPython.noop),
    ]

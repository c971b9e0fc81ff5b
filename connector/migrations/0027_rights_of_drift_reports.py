from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

VIEW, START = "view_driftreport", "start_driftreport"
NAMES = {VIEW: "Can view drift report", START: "Can start and stop drift reports"}
RIGHTS = {"Viewer": (VIEW,), "Operator": (VIEW, START), "Administrator": (VIEW, START)}


def allow(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Groups that exist are left alone by `ensure_roles`; a right that is new takes nothing back from anybody."""
    using = editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(using).filter(name__in=RIGHTS)
    if not groups:
        return  # a new database: the groups are made with all their rights
    kind, _ = (
        apps.get_model("contenttypes", "ContentType")
        .objects.using(using)
        .get_or_create(app_label="connector", model="driftreport")
    )
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    made = {
        codename: permissions.get_or_create(content_type=kind, codename=codename, defaults={"name": name})[0]
        for codename, name in NAMES.items()
    }
    for group in groups:
        group.permissions.add(*(made[codename] for codename in RIGHTS[group.name]))


class Migration(migrations.Migration):
    """Apart from the tables: PostgreSQL alters no table whose rows were changed in the same transaction."""

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("connector", "0026_drift_reports"),
    ]

    operations = [migrations.RunPython(allow, migrations.RunPython.noop)]

"""Django's own users and groups, in the console's frame. The three groups of this connector are made with its permissions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from connector.admin.pages import EnteredAdmin

admin.site.unregister(User)
admin.site.unregister(Group)


class NewUserForm(UserCreationForm):
    """Who is added is meant to come in: there is no other site than this one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_staff"].initial = True
        self.fields[
            "is_staff"
        ].help_text = "Needed to log in here. What the user may do comes from groups, on the next page."


@admin.register(User)
class UserAdmin(DjangoUserAdmin, EnteredAdmin):  # type: ignore[misc]  # the theme has no types to agree with
    form = UserChangeForm
    add_form = NewUserForm
    add_fieldsets = (
        (None, {"fields": ("username", "usable_password", "password1", "password2", "is_staff")}),
    )
    change_password_form = AdminPasswordChangeForm


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, EnteredAdmin):  # type: ignore[misc]
    pass

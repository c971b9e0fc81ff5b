"""Every address of the application but the health check, which `syncadmin.health` answers before any of them."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

from connector.admin.audit import trail
from connector.admin.error_help import error_help
from syncadmin.console import no_public_page, no_search

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/search/", no_search),  # before the theme's own
    path("admin/r/<path:content_type_id>/<path:object_id>/", no_public_page),  # before Django's own
    path("admin/help/errors/", admin.site.admin_view(error_help), name="error_help"),
    path("admin/audit/", admin.site.admin_view(trail), name="audit_trail"),
    path("admin/", admin.site.urls),
]

"""The class that Django looks for in a database backend."""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base

from syncadmin import private_files


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        private_files.make_database(str(conn_params["database"]))
        return super().get_new_connection(conn_params)

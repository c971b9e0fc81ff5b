"""Django's SQLite, whose files only this user can read. A backend, for it alone stands between a file's name and its making."""

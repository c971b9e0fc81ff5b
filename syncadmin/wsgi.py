"""The entry point of web servers such as gunicorn.

A problem with the settings ends in one sentence here too, and in the exit status by which gunicorn knows that the
application cannot be loaded: after any other it would log a traceback.
"""

from __future__ import annotations

import os
import sys

from django.core.wsgi import get_wsgi_application

from syncadmin.environment import SettingsError

APP_LOAD_ERROR = 4  # gunicorn.arbiter.Arbiter.APP_LOAD_ERROR

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "syncadmin.settings")

try:
    application = get_wsgi_application()
except SettingsError as problem:
    sys.stderr.write(f"{problem}\n")
    sys.stderr.flush()
    sys.exit(APP_LOAD_ERROR)

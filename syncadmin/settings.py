"""Django's settings. Everything that differs between installations comes from the environment.

The defaults are those of a production: DEBUG off, cookies and redirects for HTTPS only, and no key. What a
variable may hold, and the sentence for a wrong one, stands in the module that reads it.
"""

from __future__ import annotations

import os
import zoneinfo
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE

from syncadmin import keys, remote_hosts, services
from syncadmin import logging as log_lines
from syncadmin.console import UNFOLD as UNFOLD
from syncadmin.environment import Environment, SettingsError, load_env_file

BASE_DIR = Path(__file__).resolve().parent.parent

if os.environ.get("SYNCADMIN_DOTENV") != "0":
    load_env_file(BASE_DIR / ".env")
environment = Environment(os.environ)

# Keys

SECRET_KEY = keys.secret_key(environment)
FIELD_ENCRYPTION_KEYS = keys.field_encryption_keys(environment)

# The web server

DEBUG = environment.flag("DEBUG", default=False)
ALLOWED_HOSTS = environment.listed("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = environment.listed("CSRF_TRUSTED_ORIGINS")
for origin in CSRF_TRUSTED_ORIGINS:
    if not origin.startswith(("https://", "http://")):
        raise SettingsError(
            f"CSRF_TRUSTED_ORIGINS holds {origin!r}: write it with its scheme, as https://{origin}."
        )

# Off only where nobody can listen in: the demo on one's own machine, and tests.
WEB_SECURE = environment.flag("WEB_SECURE", default=True)
SECURE_SSL_REDIRECT = WEB_SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # load balancers ask over plain HTTP
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if WEB_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = WEB_SECURE
SESSION_COOKIE_SECURE = WEB_SECURE
CSRF_COOKIE_SECURE = WEB_SECURE
# Preloading binds a whole domain for years; that is its owner's decision, not an application's.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
# Believed from anybody, its headers would switch the HTTPS redirect off and name any address as the client's: only behind a
# proxy that sets them.
BEHIND_PROXY = environment.flag("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True  # forms carry the token themselves
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, UNSAFE_EVAL],  # the theme's Alpine.js evaluates its attributes
        "style-src": [SELF, UNSAFE_INLINE],  # and sets style attributes
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# The application

INSTALLED_APPS = [
    "unfold",  # before django.contrib.admin, whose templates it replaces
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_rq",
    "django_htmx",
    "django_structlog",
    "csp",
    "axes",
    "simple_history",
    "connector.apps.ConnectorConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "syncadmin.health.middleware",  # behind those that set headers, before those that ask for the host
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "connector.admin.fragments.middleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "syncadmin.urls"
WSGI_APPLICATION = "syncadmin.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{validator}"}
    for validator in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # refuses before any password is looked at
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEST_RUNNER = "syncadmin.test_runner.PytestRunner"

# Failed logins, see connector/admin/logins.py

AXES_FAILURE_LIMIT = 5
ADDRESS_FAILURE_LIMIT = environment.whole_number(
    "ADDRESS_FAILURE_LIMIT", lowest=0, highest=100_000, default=50
)  # within the same time, whatever names were tried
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # else whoever keeps trying locks a name for ever
AXES_HANDLER = "connector.admin.login_limits.LoginHandler"
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS: list[str] = []  # a log line names who was locked out; passwords never get there
AXES_CLIENT_IP_CALLABLE = "syncadmin.client_address.client_address"
AXES_USERNAME_CALLABLE = "connector.admin.logins.known_name"
AXES_LOCKOUT_CALLABLE = "connector.admin.logins.locked_out"

# Database, cache, queue

DATABASES = {
    "default": services.database(
        environment.secret("DATABASE_URL", default="sqlite:///var/db.sqlite3"), base_dir=BASE_DIR
    )
}

REDIS_URL = services.redis_url(environment.secret("REDIS_URL", default="redis://127.0.0.1:6379/0"))

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "syncadmin",
        "OPTIONS": {"serializer": "syncadmin.cache.JSONSerializer"},
    }
}

RQ_QUEUES = {
    "default": {
        "URL": REDIS_URL,
        "DEFAULT_TIMEOUT": 600,
        "SERIALIZER": "rq.serializers.JSONSerializer",
    }
}
RQ_SHOW_ADMIN_LINK = False

# Remote systems

SANDBOX_ROUTES = remote_hosts.sandbox_routes(environment.listed("SANDBOX_ROUTES"))
EXTRA_REMOTE_HOSTS = remote_hosts.extra_remote_hosts(environment.listed("EXTRA_REMOTE_HOSTS"))
# Zuora gives up after 120 seconds; a little more tells its answer from our impatience.
REMOTE_CONNECT_TIMEOUT = environment.number("REMOTE_CONNECT_TIMEOUT", lowest=0.1, highest=60, default=5)
REMOTE_READ_TIMEOUT = environment.number("REMOTE_READ_TIMEOUT", lowest=1, highest=300, default=125)
REMOTE_RETRIES = environment.whole_number("REMOTE_RETRIES", lowest=0, highest=10, default=3)

# Language and time

LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
TIME_ZONE = environment.text("TIME_ZONE", default="UTC")
try:
    zoneinfo.ZoneInfo(TIME_ZONE)
except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
    raise SettingsError(
        f"TIME_ZONE {TIME_ZONE!r} is not a known zone: use one such as Europe/Berlin."
    ) from error

# Static files: hashed, compressed and collected beforehand in production, else straight from the packages.

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = not WEB_SECURE or DEBUG
STATIC_ROOT = None if WHITENOISE_USE_FINDERS else BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if WHITENOISE_USE_FINDERS
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Logging

LOGGING = log_lines.configured(
    level=environment.choice("LOG_LEVEL", choices=log_lines.LEVELS, default="INFO"),
    line_format=environment.choice("LOG_FORMAT", choices=log_lines.FORMATS, default="json"),
)

# What the log keeps, in days; 0 is for ever. Details are payloads, differences and plans: they go first.

LOG_DETAIL_DAYS = environment.whole_number("LOG_DETAIL_DAYS", lowest=0, highest=36_500, default=90)
LOG_DAYS = environment.whole_number("LOG_DAYS", lowest=0, highest=36_500, default=400)

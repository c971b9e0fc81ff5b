"""One place that decides how log lines look: JSON for machines, aligned text for people.

Code everywhere uses the standard library's loggers; structlog only renders them. Every line, including those
of libraries, passes the same redaction as whatever leaves the clients.
"""

from __future__ import annotations

import logging
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from connector.clients.redaction import redact

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
FORMATS = ("json", "console")


def configured(*, level: str, line_format: str) -> dict[str, Any]:
    """Configure structlog and return Django's LOGGING setting."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    # Before the redactors, since a traceback repeats what an exception said.
                    structlog.processors.format_exc_info,
                    without_secrets,
                    _renderer(line_format),
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would print every line a second time.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            # These tell of every connection and every poll.
            "urllib3": {"level": max(level, "INFO", key=logging.getLevelName)},
            "rq": {"handlers": [], "level": level, "propagate": True},
        },
    }


def without_secrets(logger: object, method: str, event: EventDict) -> EventDict:
    """The last look at a line before it is rendered, whichever library wrote it."""
    redacted: EventDict = redact(dict(event))
    return redacted


def _renderer(line_format: str) -> Processor:
    if line_format == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=False)

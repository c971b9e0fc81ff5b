"""One place that decides how log lines look: JSON for machines, aligned text for people.

Code everywhere uses the standard library's loggers; structlog only renders them. `redactors` run on every
line, including those of libraries, right before it is rendered.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import structlog
from structlog.typing import Processor

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
FORMATS = ("json", "console")


def configured(*, level: str, line_format: str, redactors: Sequence[Processor] = ()) -> dict[str, Any]:
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
                    *_exceptions(line_format),
                    *redactors,
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


def _exceptions(line_format: str) -> list[Processor]:
    """Tracebacks as text where a line is JSON; the console renders them itself."""
    return [structlog.processors.format_exc_info] if line_format == "json" else []


def _renderer(line_format: str) -> Processor:
    if line_format == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)

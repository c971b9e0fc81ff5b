"""Log lines: JSON for machines, text for people, and no way around the redactors."""

from __future__ import annotations

import json
import logging
import logging.config
from collections.abc import Iterator

import pytest
import structlog
from django.conf import settings

from syncadmin.logging import configured


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    yield
    logging.config.dictConfig(settings.LOGGING)


def lines(caught: pytest.CaptureFixture[str]) -> list[str]:
    return caught.readouterr().err.splitlines()


def test_a_line_is_json_with_its_logger_and_time(capsys: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(configured(level="INFO", line_format="json"))

    logging.getLogger("connector.sync").info("Synced %s", "Acme Corp")

    (line,) = lines(capsys)
    event = json.loads(line)
    assert event.pop("timestamp").endswith("Z")
    assert event == {"event": "Synced Acme Corp", "level": "info", "logger": "connector.sync"}


def test_a_traceback_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(configured(level="INFO", line_format="json"))

    try:
        raise ValueError("no state")
    except ValueError:
        logging.getLogger("connector.sync").exception("Failed")

    (line,) = lines(capsys)
    assert "ValueError: no state" in json.loads(line)["exception"]


@pytest.mark.parametrize("line_format", ["json", "console"])
def test_no_secret_of_any_library_is_written(capsys: pytest.CaptureFixture[str], line_format: str) -> None:
    logging.config.dictConfig(configured(level="INFO", line_format=line_format))

    logging.getLogger("some.library").warning("Sent %s", {"Authorization": "Bearer hunter2hunter2"})
    structlog.get_logger("some.library").warning("Sent", password="hunter2")
    try:
        raise ValueError("client_secret=hunter2")
    except ValueError:
        logging.getLogger("some.library").exception("Failed")

    written = "\n".join(lines(capsys))
    assert "hunter2" not in written
    assert written.count("[hidden]") >= 3


def test_the_level_holds_for_libraries(capsys: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(configured(level="DEBUG", line_format="console"))

    logging.getLogger("urllib3.connectionpool").debug("every connection")
    logging.getLogger("connector.sync").debug("every decision")

    (line,) = lines(capsys)
    assert "every decision" in line


def test_a_line_of_django_appears_once(capsys: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(configured(level="INFO", line_format="console"))

    logging.getLogger("django.request").error("Internal Server Error")

    assert len(lines(capsys)) == 1

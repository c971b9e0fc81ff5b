"""Every failure the connector knows, sorted by who acts next.

    ConnectorError
    |- ConfigError         the operator changes a setting or a mapping; never retried
    |- RecordError         the data owner fixes the record in Salesforce; never retried
    |- RemoteRejected      the remote said no and will say no again
    |- RemoteUnavailable   nobody acts: the call is retried
       |- RemotePaused     nothing was sent: the connector holds its calls back for a while

A message says what happened, to which record, and what to do; the same words stand in the log, in the admin
and in the exception. Raising means "try me again or give up", a returned value means "settled".
"""

from __future__ import annotations

from typing import ClassVar


class ConnectorError(Exception):
    """Root of the tree. `str(error)` is written for the administrator and holds no secret."""

    who_acts: str = "The operator"
    kind: ClassVar[str] = "error"

    def __init__(self, message: str, *, record: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.record = record


class ConfigError(ConnectorError):
    """A setting, credential or mapping is wrong; the operator changes it."""

    who_acts = "The operator of this connector"
    kind = "configuration"


class RecordError(ConnectorError):
    """A Salesforce record cannot become a Zuora record as it is; its owner changes it."""

    who_acts = "The owner of the record in Salesforce"
    kind = "record"


class RemoteError(ConnectorError):
    """What Salesforce or Zuora answered, kept whole: HTTP status (0: no answer), code, reasons, request id."""

    def __init__(
        self,
        message: str,
        *,
        system: str,
        status: int = 0,
        code: str = "",
        reasons: tuple[str, ...] = (),
        request_id: str = "",
        record: str = "",
    ) -> None:
        super().__init__(message, record=record)
        self.who_acts = type(self).who_acts.format(system=system)
        self.system = system
        self.status = status
        self.code = code
        self.reasons = reasons
        self.request_id = request_id


class RemoteRejected(RemoteError):
    """The remote refused for good: the same request would be refused again."""

    who_acts = "The owner of the record in Salesforce, or the administrator of {system}"
    kind = "rejected"


class RemoteUnavailable(RemoteError):
    """The remote could not serve the call now.

    `retry_after` is in seconds (None: not stated). `outcome_unknown` is true where the remote may have carried
    the request out although no readable answer came back: a create must then be looked up, never repeated blindly.
    """

    who_acts = "Nobody: the connector tries again by itself"
    kind = "unavailable"

    def __init__(
        self,
        message: str,
        *,
        system: str,
        status: int = 0,
        code: str = "",
        reasons: tuple[str, ...] = (),
        request_id: str = "",
        record: str = "",
        retry_after: float | None = None,
        outcome_unknown: bool = False,
    ) -> None:
        super().__init__(
            message,
            system=system,
            status=status,
            code=code,
            reasons=reasons,
            request_id=request_id,
            record=record,
        )
        self.retry_after = retry_after
        self.outcome_unknown = outcome_unknown


class RemotePaused(RemoteUnavailable):
    """The call was not sent: the remote is known to be down, or its limits leave no room now. `code` says which. Waiting for it
    is no failed try; `retry_after` says when it is worth another look."""

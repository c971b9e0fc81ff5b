"""A process of five threads, each with a Zuora client and a token cache of its own, that call at a word and say how it went.

For `test_shared_tokens`: `python -m tests.jobs.token_callers`. Every line on stdin is one round.
"""

from __future__ import annotations

import sys
import threading

import django

THREADS = 5


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    django.setup()
    from connector.clients.zuora import ZuoraClient  # models can be imported from here on
    from connector.errors import ConnectorError
    from connector.jobs.shared_tokens import SharedTokens
    from connector.models import ZuoraConnection, network

    credentials, where = ZuoraConnection.objects.get().credentials(), network()
    clients = [ZuoraClient(credentials, where, SharedTokens()) for _ in range(THREADS)]
    ends: list[str] = []

    def call(client: ZuoraClient) -> None:
        try:
            client.find_accounts(["001Dn00000AbCdEIAV"])
            ends.append("found")
        except ConnectorError as error:
            ends.append(type(error).__name__)

    _say("ready")
    for _ in sys.stdin:
        ends.clear()
        threads = [threading.Thread(target=call, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        _say(" ".join(ends))


if __name__ == "__main__":
    main()

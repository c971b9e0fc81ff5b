#!/usr/bin/env python3
"""The one command of this project: it makes its own virtual environment, then runs Django's commands."""

import sys

# Written for any Python 3, since an old one must get as far as this sentence.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("Syncadmin needs Python 3.11 or newer. Start it with one, for example: python3.11 manage.py")


def main() -> int:
    if sys.argv[1:2] == ["lock"]:  # not a command of Django: it makes the files that Django is installed from
        from syncadmin import locking

        return locking.write_locks(sys.argv[2:])

    from syncadmin import bootstrap

    bootstrap.make_ready(sys.argv)

    from syncadmin import command_line  # its packages are there only now

    return command_line.run(sys.argv)


if __name__ == "__main__":
    sys.exit(main())

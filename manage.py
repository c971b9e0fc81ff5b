#!/usr/bin/env python3
"""The one command of this project: it makes its own virtual environment, then runs Django's commands."""

import sys

# Written for any Python 3, since an old one must get as far as this sentence.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("Syncadmin needs Python 3.11 or newer. Start it with one, for example: python3.11 manage.py")

from syncadmin import bootstrap


def main() -> int:
    bootstrap.make_ready(sys.argv)
    from syncadmin import command_line  # needs the packages that the line above has just installed

    return command_line.run(sys.argv)


if __name__ == "__main__":
    sys.exit(main())

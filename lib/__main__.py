"""``python -m lib COMMAND``: runs a command of ``lib.cli``; ``--help`` lists them. Ctrl-C ends with 130."""

import sys

try:
    from lib.cli import main

    code = main()
except KeyboardInterrupt:
    # A terminal shows ^C, maybe behind a line of progress.
    print("\n" * sys.stderr.isatty() + "python -m lib: stopped.", file=sys.stderr)
    code = 130  # as shells say of what was ended by Ctrl-C
sys.exit(code)

"""``python -m lib``: build, verify, check, series."""

import sys

from lib.cli import main

sys.exit(main())

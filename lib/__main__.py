"""``python -m lib``: build, verify, check, cut."""

import sys

from lib.cli import main

sys.exit(main())

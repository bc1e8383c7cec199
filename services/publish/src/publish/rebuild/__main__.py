"""`python -m publish.rebuild`."""

import sys

from publish.rebuild.command import main

sys.exit(main(sys.argv[1:]))

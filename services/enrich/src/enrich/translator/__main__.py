"""`python -m enrich.translator`."""

import sys

from enrich.translator.by_hand import main

sys.exit(main(sys.argv[1:]))

"""`python -m carer.cli` is `carer`."""

import sys

from carer.cli.main import main

if __name__ == "__main__":
    sys.exit(main())

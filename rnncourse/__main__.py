"""``python -m rnncourse COMMAND``: checks, hints and progress in a terminal."""

import sys

from rnncourse.terminal.commands import main

if __name__ == "__main__":
    sys.exit(main())

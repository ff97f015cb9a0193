"""Inside the release under test: tasks, their query styles, and the instruments that measure them.

Everything here runs on Python 3.8 and newer with any SQLAlchemy from 0.9 to 2.1, and imports
little: what is imported before a measurement is memory that the user sees in the result.
"""

import os
import sys

# asv's importer exposes this package only, and `fixtures` stands beside it.
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

"""What stays of import sqlalchemy.orm."""

import gc
import tracemalloc

tracemalloc.start()
import sqlalchemy.orm  # noqa: E402

gc.collect()
assert sqlalchemy.orm.Session
print(tracemalloc.get_traced_memory()[0])

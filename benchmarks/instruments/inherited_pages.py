"""Pages of files that a forked child does not have resident yet, though its parent has: Linux only.

fork(2) copies the tables of a process' own pages, and leaves those of files (the interpreter,
libraries) to be filled when they are touched: the child would seem smaller by some MiB, and a query
that touches them would seem to need them.
"""

import array
import mmap
import os

PRESENT = 1 << 63  # of an entry of /proc/self/pagemap, see the kernel's admin-guide/mm/pagemap
ENTRY = 8


class Pages(object):
    """Addresses, one for each page."""

    def __init__(self, addresses):
        self._addresses = addresses

    def make_resident(self):
        """In the child: touch each page, by reading a byte of it."""
        memory = os.open("/proc/self/mem", os.O_RDONLY)
        try:
            for address in self._addresses:
                try:
                    os.pread(memory, 1, address)
                except OSError:
                    continue
        finally:
            os.close(memory)


def of_files():
    """In the parent: its resident pages of files; None where this system does not tell."""
    found = array.array("Q")
    try:
        with open("/proc/self/maps") as lines, open("/proc/self/pagemap", "rb") as pagemap:
            for line in lines:
                fields = line.split()
                if len(fields) < 6 or not fields[5].startswith("/") or "r" not in fields[1]:
                    continue
                first, last = (int(end, 16) for end in fields[0].split("-"))
                pagemap.seek(first // mmap.PAGESIZE * ENTRY)
                count = (last - first) // mmap.PAGESIZE
                entries = array.array("Q", pagemap.read(count * ENTRY))
                found.extend(
                    first + place * mmap.PAGESIZE
                    for place, entry in enumerate(entries)
                    if entry & PRESENT
                )
    except (OSError, ValueError):
        return None
    return Pages(found)

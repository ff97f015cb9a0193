"""asv's memory benchmarks: which task is measured at which sizes."""

from benchmarks import metrics


class BouncedAddresses(metrics.Memory):
    """The article's question: the addresses that bounced."""

    task = "bounced_addresses"
    rows = (1000, 10000, 100000)


class ChunkSize(metrics.Memory):
    """How large a chunk should be: the same task by three sizes of ``yield_per``."""

    task = "chunk_size"
    rows = (10000, 100000)


class Export(metrics.Memory):
    """Every field of the addresses that bounced, written to a sink."""

    task = "export"
    rows = (10000, 100000)


class History(metrics.Memory):
    """The addresses that bounced with all the mails that were sent to them."""

    task = "history"
    rows = (10000, 100000)


class Campaigns(metrics.Memory):
    """The number of bounces by campaign."""

    task = "campaigns"
    rows = (10000, 100000)


class FirstBounced(metrics.Memory):
    """One address: the first that bounced."""

    task = "first_bounced"
    rows = (10000, 100000)


class HowMany(metrics.Memory):
    """How many addresses bounced."""

    task = "how_many"
    rows = (10000, 100000)

"""asv's timings: which task is timed at which sizes."""

from benchmarks import metrics


class BouncedAddresses(metrics.Time):
    """The article's question: the addresses that bounced."""

    task = "bounced_addresses"
    rows = (10000, 100000)


class ChunkSize(metrics.Time):
    """How large a chunk should be: the same task by three sizes of ``yield_per``."""

    task = "chunk_size"
    rows = (100000,)


class Export(metrics.Time):
    """Every field of the addresses that bounced, written to a sink."""

    task = "export"
    rows = (100000,)


class History(metrics.Time):
    """The addresses that bounced with all the mails that were sent to them."""

    task = "history"
    rows = (100000,)


class Campaigns(metrics.Time):
    """The number of bounces by campaign."""

    task = "campaigns"
    rows = (100000,)


class FirstBounced(metrics.Time):
    """One address: the first that bounced."""

    task = "first_bounced"
    rows = (100000,)


class HowMany(metrics.Time):
    """How many addresses bounced."""

    task = "how_many"
    rows = (100000,)

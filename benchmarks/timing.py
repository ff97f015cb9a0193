"""asv's timings: which task is timed at which sizes."""

from benchmarks import metrics


class BouncedAddresses(metrics.Time):
    """The article's question: the addresses that bounced."""

    task = "bounced_addresses"
    rows = (1000, 10000, 100000)

"""asv's memory benchmarks: which task is measured at which sizes."""

from benchmarks import metrics


class BouncedAddresses(metrics.Memory):
    """The article's question: the addresses that bounced."""

    task = "bounced_addresses"
    rows = (1000, 10000, 100000)

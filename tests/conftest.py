"""What all tests share."""

import signal

# A shell starts what runs in its background with SIGINT ignored, and children inherit that: tests
# that send Ctrl-C to a command would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

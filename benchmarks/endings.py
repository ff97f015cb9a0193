"""Why a process ended, in words. Imports nothing: who asks need not have a release."""


def why_it_ended(exit_code):
    """Why a process failed, as far as its exit code says; None for 0. Minus a signal, as in Popen.

    The kernel's own answer to a lack of memory is signal 9.
    """
    if exit_code == 0:
        return None
    if exit_code == -9:
        return "killed (signal 9), as the kernel does when memory runs out"
    if exit_code < 0:
        return "crashed (signal %d)" % -exit_code
    return "crashed (exit code %d)" % exit_code

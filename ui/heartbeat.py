"""Says in the access log, every five minutes, that it is being kept: a gap is told from silence.

The line stands in the chain like any other, so nobody can put one in later (15.2).
"""

import logging
import threading

from ui import workspace

EVERY = 300.0  # seconds
ACTION = "heartbeat"
log = logging.getLogger(__name__)


def start() -> threading.Event:
    """Beats now and then every EVERY seconds, until the event that it gives is set."""
    stop = threading.Event()
    threading.Thread(target=_beat_until, args=(stop,), name=ACTION, daemon=True).start()
    return stop


def _beat_until(stop: threading.Event) -> None:
    while True:
        beat()
        if stop.wait(EVERY):
            return


def beat() -> bool:
    """One line; False when the store cannot be reached, which is the gap that is told later."""
    try:
        workspace.log(None, ACTION, address="")
    except workspace.Unavailable as error:
        log.error("heartbeat: %s", error)
        return False
    return True

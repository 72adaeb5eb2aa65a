"""The platforms as a program of their own: `python -m tests.platforms PORT`.

Prints the line for the environment of the product and serves until it is stopped. `GET /accepted?kind=line` gives what
reached customers as JSON, `POST /mode?kind=line&mode=hang&times=3` sets `Dialect.mode`, `POST /reset` begins anew.
"""

import signal
import sys
from threading import Event

from tests.platforms.server import LOOPBACK, Platforms


def main(port: int) -> None:
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    played = Platforms(port=port)
    print("DAPJIGI_PLATFORM_URLS=" + ",".join(f"{origin}={other}" for origin, other in played.urls.items()))
    print(f"DAPJIGI_ALLOWED_NETWORKS={LOOPBACK}", flush=True)
    stop.wait()
    played.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)

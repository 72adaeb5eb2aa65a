"""The system's Chromium: found, or as root on Debian installed, or explained (`python -m tests.browser`)."""

import os
import shutil
import subprocess
import sys

# The shell draws pages and no window around them, which takes a third of the time.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
)
MAC_APPS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
# Nothing but the page under test may be fetched, and a container has neither a GPU nor a user namespace.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    *(("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()),
)
HOW = (
    "The browser tests need Chromium or Chrome, and none was found. Debian or Ubuntu: "
    "sudo apt install chromium fonts-noto-cjk; macOS: brew install --cask google-chrome; "
    "or name one: CHROMIUM=/path/to/chromium make test"
)


def find() -> str | None:
    """The path of a Chromium, CHROMIUM from the environment first."""
    if given := os.environ.get("CHROMIUM"):
        return shutil.which(given)
    return next(filter(None, map(shutil.which, (*NAMES, *MAC_APPS))), None)


def install() -> None:
    """As root on Debian only; raises CalledProcessError when the packages cannot be had."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=quiet)
    shell = subprocess.run(["apt-cache", "show", NAMES[0]], capture_output=True, check=False).returncode == 0
    packages = [NAMES[0] if shell else "chromium", "fonts-noto-cjk"]
    subprocess.run(["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages], check=True, env=quiet)


def main() -> int:
    if find() is None and "CHROMIUM" not in os.environ and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium for the browser tests", file=sys.stderr)
        try:
            install()
        except subprocess.CalledProcessError:
            print("The packages could not be installed; the reason stands above.", file=sys.stderr)
    if find() is None:
        print(HOW, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

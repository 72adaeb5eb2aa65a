"""`make bench`: what speed and memory claims rest on, as ratios taken in one run on one machine."""

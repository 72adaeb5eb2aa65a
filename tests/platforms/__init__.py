"""Every messenger platform, played by one server on the loopback. What it accepted is the only truth about delivery."""

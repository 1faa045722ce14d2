"""SPOT probe: availability monitoring that knows what was announced."""

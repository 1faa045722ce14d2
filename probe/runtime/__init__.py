"""What a long-running process needs, whatever it is for."""

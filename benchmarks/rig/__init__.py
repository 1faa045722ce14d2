"""What `benchmarks/fleet.py` measures with: a server, the contenders, and what the kernel says."""

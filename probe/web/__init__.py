"""What Prometheus, load balancers and people ask over HTTP."""

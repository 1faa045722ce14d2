"""What observations become: spans, uptime, incidents, and what is known of them in hindsight."""

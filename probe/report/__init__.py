"""What was the case in a span of time: for those who are on call and for those who are asked."""

"""What is seen of the store from outside: spans, metrics and logs without secrets."""

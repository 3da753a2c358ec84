"""What operations and callers may ask for: shapes of documents, costs, how many at once, and how often."""

"""Subscriptions on the wire: graphql-transport-ws on WebSockets, and graphql-sse's distinct connections."""

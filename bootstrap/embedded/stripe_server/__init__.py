"""The embedded payment provider: `localstripe`, with what it lacks of Stripe that the shop relies on.

It runs as a process of its own (`python -m bootstrap.embedded.stripe_server`), which nothing of ours imports.
"""

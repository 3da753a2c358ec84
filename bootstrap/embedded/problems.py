"""What can go wrong with embedded servers, said in one sentence for people."""


class EmbeddedError(Exception):
    """An embedded server cannot be installed, started or reached; the message says why and what to do."""

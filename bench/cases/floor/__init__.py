"""The floor: the way the libraries' own tutorials lead, without caches or loaders, and without blunders."""

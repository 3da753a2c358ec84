"""Catalogs from elsewhere: readers of files, and the runs that save what they yield.

It stands above catalog, inventory and reviews, because a draft has something for each of them.
"""

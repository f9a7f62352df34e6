"""Side by side in one run: what the service does against a reference, as ratios. `make bench` prints the table.

Times of one machine mean little, ratios of one run do. Each module here is a topic with a function `rows`.
"""

"""Everything people use: eight wings, a folder for each feature in them, standing on `tenants`."""

import gc

# All that is loaded at a start stays: looking through it for what may go, again and again, took a tenth of the start.
gc.set_threshold(20_000, 10, 10)

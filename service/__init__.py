"""Everything people use: eight wings, a folder for each feature in them, standing on `tenants`."""

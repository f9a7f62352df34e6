"""Everything people use, one folder a feature, standing on `tenants`."""

"""The figures of all of Denmark, for DRC: what was held, by month, territory, municipality, type and effect."""

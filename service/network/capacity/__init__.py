"""What groups have to give: free capacity as numbers, dated, in one vocabulary with what municipalities lack."""

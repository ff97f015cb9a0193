"""What importing, mapping, first statements and caches cost an application once."""

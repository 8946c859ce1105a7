"""What a desk is wired to: one module for each outside thing."""

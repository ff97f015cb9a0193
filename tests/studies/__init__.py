"""The experiments, and the instruments that they try."""

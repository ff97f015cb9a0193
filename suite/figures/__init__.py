"""What a figure is, and what follows from figures alone: metrics, amounts, limits, scaling."""

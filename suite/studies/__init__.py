"""Experiments beside the main job: the article, its history, noise, known truth, traces."""

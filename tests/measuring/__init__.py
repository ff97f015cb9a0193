"""Tests of suite/measuring."""

"""Tests of suite/releases."""

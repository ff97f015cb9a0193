"""Tests of suite/figures."""

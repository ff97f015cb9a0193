"""Tests of suite/commands."""

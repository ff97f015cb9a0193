"""Tests of suite/upgrade."""

"""Tests of suite/servers."""

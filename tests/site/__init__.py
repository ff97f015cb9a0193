"""Tests of suite/site."""

"""Tests of both worlds, through the doors that a user comes in by."""

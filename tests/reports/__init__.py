"""Tests of suite/reports."""

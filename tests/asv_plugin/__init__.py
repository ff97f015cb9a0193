"""Tests of suite/asv_plugin."""

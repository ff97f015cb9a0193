"""Around the measured environments: releases, asv, results, verdicts, pages and commands."""

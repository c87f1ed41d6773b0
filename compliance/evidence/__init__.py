"""Evidence bundles (证据包): one zip a finding, made so that every byte can be checked on a machine that never saw the crawl.

`bundle` puts one together, `verify` takes it apart again, `chain` links the bundles of all runs. Judging again needs the checker
and stands above, in `compliance.evidence_cli`.
"""

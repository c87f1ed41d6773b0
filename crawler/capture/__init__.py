"""Taking evidence (取证): what was asked, what came, when, from where. The bundle's format is compliance.evidence's."""

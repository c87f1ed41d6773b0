"""The statutes (法规): one law a file, all its versions; provisions by stable key, resolved on the day of the conduct."""

from rules.law.statutes import Placed, Statutes, load_statutes, penalty_of, provision_of

__all__ = ["Placed", "Statutes", "load_statutes", "penalty_of", "provision_of"]

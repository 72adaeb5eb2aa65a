"""The only way out of the house: every request to a machine that is not ours goes through here."""

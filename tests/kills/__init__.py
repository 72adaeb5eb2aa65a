"""Programs of the product killed at random under load; see __main__."""

"""What trained models say of the whole pool, and of a part of it."""

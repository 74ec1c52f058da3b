"""Train, calibrate, explain and track the denial model."""

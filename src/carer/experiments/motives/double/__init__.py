"""Double misalignment: an intrinsic drive, tuned by preferences, watched and unwatched."""

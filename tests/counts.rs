//! Counts of work, pinned: a performance regression is a diff here and not a noisy timing.

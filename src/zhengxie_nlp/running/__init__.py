"""Running over whole archives: workers that may be killed, a journal to go on from, shards, clusters."""

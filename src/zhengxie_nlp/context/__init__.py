"""Context: what all record rooms share: tokens, clauses, spans, candidates and the policy between them."""

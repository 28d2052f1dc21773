"""What a firm makes and sells: candidates of filings, and a learned score of each."""

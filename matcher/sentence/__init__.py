"""The extra `sentence`: the bundled model for sentence-transformers and back, other local models, tuning, reranking."""

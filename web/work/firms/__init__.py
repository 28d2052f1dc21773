"""A firm's own people: claims, declarations, corrections, figures of their own."""

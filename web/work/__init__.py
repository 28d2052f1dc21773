"""What organisations do here, as its states and rules: drafts, approvals, lists, inquiries, claims, watches."""

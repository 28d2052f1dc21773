"""What analysts and operators keep: saved queries, frozen answers, templates' versions, thresholds."""

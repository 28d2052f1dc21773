"""Criteria of tiers as data, and how a firm stands on them: met, missed or unknown, each with what it rests on."""

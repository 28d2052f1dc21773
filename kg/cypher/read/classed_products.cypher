// purpose: products by their class of the industrial foundation, each with score, reason and best statement
// params: -
// returns: name, scheme, category, score, reason, level, fact
// mode: read
MATCH (p:Product)-[r:IN_FOUNDATION_FIELD]->(f:FoundationField)
WHERE r.valid_to IS NULL
RETURN p.name AS name, f.scheme AS scheme, f.name AS category, r.score AS score, r.reason AS reason, r.level AS level,
  r.fact AS fact ORDER BY name, scheme, category

// purpose: every edge with its ends and properties, for the digest of the graph
// params: -
// returns: type, start, end, properties
// mode: read
MATCH (a)-[r]->(b)
RETURN type(r) AS type, [labels(a)[0], coalesce(a.id, a.key, a.code, a.number)] AS start,
  [labels(b)[0], coalesce(b.id, b.key, b.code, b.number)] AS end, properties(r) AS properties

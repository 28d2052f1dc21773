// purpose: enterprises whose records bear names like these, by the rarest of their signs: for each query at most `limit`
// params: queries, limit
// returns: id
// mode: read
UNWIND $queries AS query
CALL (query) {
  CALL db.index.fulltext.queryNodes('grams_record', query, {limit: $limit}) YIELD node
  MATCH (node)-[:IDENTIFIES]->(e:Enterprise)
  RETURN e.id AS id
}
RETURN DISTINCT id

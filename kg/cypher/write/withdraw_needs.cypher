// purpose: take needs that may no longer be seen out of the graph, and products that only they named
// params: ids
// returns: needs
// mode: write
MATCH (n:Need) WHERE n.id IN $ids
WITH collect(n) AS needs, COLLECT { MATCH (m:Need)-[:ASKS_FOR]->(p:Product) WHERE m.id IN $ids RETURN DISTINCT p } AS products
FOREACH (n IN needs | DETACH DELETE n)
WITH size(needs) AS found, products
CALL (products) {
  UNWIND products AS p
  WITH p WHERE NOT EXISTS { (p)--() }
  DELETE p
}
RETURN found AS needs

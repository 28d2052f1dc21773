// purpose: take needs and bounties that may no longer be seen out of the graph, with their targets and the products that only they named
// params: ids
// returns: needs
// mode: write
MATCH (n:Need|Bounty) WHERE n.id IN $ids
WITH collect(n) AS needs,
  COLLECT { MATCH (m:Need|Bounty)-[:ASKS_FOR]->(p:Product) WHERE m.id IN $ids RETURN DISTINCT p } AS products,
  COLLECT { MATCH (m:Bounty)-[:HAS_TARGET]->(t:Target) WHERE m.id IN $ids RETURN t } AS targets
FOREACH (n IN needs + targets | DETACH DELETE n)
WITH size(needs) AS found, products
CALL (products) {
  UNWIND products AS p
  WITH p WHERE NOT EXISTS { (p)--() }
  DELETE p
}
RETURN found AS needs

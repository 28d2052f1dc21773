// purpose: published needs and bounties, open ones first, by deadline
// params: skip, limit
// returns: id, label, title, state, published, deadline, buyer, products
// mode: read
MATCH (n:Need|Bounty)
WITH n ORDER BY n.state <> 'active', coalesce(toString(n.deadline), '9999'), n.title SKIP $skip LIMIT $limit
RETURN n.id AS id, labels(n)[0] AS label, n.title AS title, n.state AS state, n.published AS published, n.deadline AS deadline,
  [(n)<-[:POSTED]-(b:Enterprise) | b {.id, .name}][0] AS buyer, [(n)-[:ASKS_FOR]->(p:Product) | p {.key, .name}] AS products

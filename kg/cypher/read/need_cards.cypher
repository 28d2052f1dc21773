// purpose: what a line of results says of needs and bounties
// params: ids
// returns: id, label, title, state, published, deadline, buyer, poster, products
// mode: read
MATCH (n:Need|Bounty) WHERE n.id IN $ids
RETURN n.id AS id, labels(n)[0] AS label, n.title AS title, n.state AS state, n.published AS published, n.deadline AS deadline,
  [(n)<-[:POSTED]-(b:Enterprise) | b {.id, .name}][0] AS buyer, n.poster AS poster,
  [(n)-[:ASKS_FOR]->(p:Product) | p {.key, .name}] AS products

// purpose: published needs and bounties (or one kind of them), open ones first, by deadline
// params: label, skip, limit
// returns: id, label, title, state, published, deadline, buyer, poster, products
// mode: read
MATCH (n:Need|Bounty) WHERE $label IS NULL OR $label IN labels(n)
WITH n ORDER BY NOT n.state IN ['active', 'open'], coalesce(toString(n.deadline), '9999'), n.title SKIP $skip LIMIT $limit
RETURN n.id AS id, labels(n)[0] AS label, n.title AS title, n.state AS state, n.published AS published, n.deadline AS deadline,
  [(n)<-[:POSTED]-(b:Enterprise) | b {.id, .name}][0] AS buyer, n.poster AS poster,
  [(n)-[:ASKS_FOR]->(p:Product) | p {.key, .name}] AS products

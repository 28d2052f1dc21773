// purpose: published needs and bounties with what they ask for, by day
// params: -
// returns: id, title, published, products, poster
// mode: read
MATCH (n:Need|Bounty)
RETURN n.id AS id, n.title AS title, toString(n.published) AS published, [(n)-[:ASKS_FOR]->(p:Product) | p.name] AS products,
  [(n)<-[:POSTED]-(b:Enterprise) | b.id][0] AS poster
ORDER BY published, id

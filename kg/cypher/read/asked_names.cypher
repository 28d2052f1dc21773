// purpose: published needs and bounties with the names of what they ask for alone, open ones first, by deadline
// params: limit
// returns: id, products
// mode: read
MATCH (n:Need|Bounty)
WITH n ORDER BY NOT n.state IN ['active', 'open'], coalesce(toString(n.deadline), '9999'), n.title LIMIT $limit
RETURN n.id AS id, [(n)-[:ASKS_FOR]->(p:Product) | p.name] AS products

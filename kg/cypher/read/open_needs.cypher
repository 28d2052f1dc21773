// purpose: open needs and bounties with what they ask for and who posted them
// params: -
// returns: id, title, products, buyer
// mode: read
MATCH (n:Need|Bounty) WHERE n.state IN ['active', 'open', 'notice']
RETURN n.id AS id, n.title AS title, [(n)-[:ASKS_FOR]->(p:Product) | p.name] AS products,
  [(n)<-[:POSTED]-(b:Enterprise) | b {.id, .name}][0] AS buyer
ORDER BY coalesce(toString(n.deadline), '9999'), n.id

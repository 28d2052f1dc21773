// purpose: makers of products (by their keys): since which document that is known, and when the last of it ended
// params: keys
// returns: id, name, first, fact, ended
// mode: read
MATCH (p:Product)<-[r:PRODUCES]-(e:Enterprise) WHERE p.key IN $keys AND e.retracted IS NULL
WITH e, collect(p.key) AS made, CASE WHEN count(r) = count(r.valid_to) THEN max(r.valid_to) END AS ended
MATCH (e)<-[:IDENTIFIES]-(:Record)<-[:SUBJECT]-(f:Fact {relation: 'PRODUCES'})-[:OBJECT]->(p:Product)
WHERE p.key IN made AND coalesce(f.state, 'active') <> 'retracted'
MATCH (f)-[:FROM]->(d:Document)
WITH e, ended, f, toString(coalesce(d.published, d.retrieved)) AS day ORDER BY day, f.id
WITH e, ended, collect({day: day, fact: f.id})[0] AS first
RETURN e.id AS id, e.name AS name, first.day AS first, first.fact AS fact, toString(ended) AS ended ORDER BY first, id

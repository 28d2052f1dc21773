// purpose: whom an enterprise supplies, by how many contracts and statements, with the newest sentence of each
// params: id, limit
// returns: id, name, count, product, citation
// mode: read
MATCH (:Enterprise {id: $id})-[s:SUPPLIES]->(o:Enterprise)
WITH o, s ORDER BY toString(s.as_of) DESC
WITH o, collect(s) AS edges
WITH o, edges[0] AS r, size(edges) AS count
OPTIONAL MATCH (f:Fact {id: r.fact})-[:FROM]->(d:Document)
RETURN o.id AS id, o.name AS name, count, r.product AS product,
  {fact: f.id, facts: r.facts, level: r.level, quote: f.quote, page: f.page, document: d.id, title: d.title,
    publisher: d.publisher, date: coalesce(d.published, d.retrieved)} AS citation
ORDER BY count DESC, name LIMIT $limit

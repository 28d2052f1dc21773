// purpose: whom an enterprise supplies, by how many contracts and statements, with the newest sentence of each
// params: id, day, states, periods, limit
// returns: id, name, count, product, citation
// mode: read
MATCH (:Enterprise {id: $id})-[s:SUPPLIES]->(o:Enterprise)
WHERE ($day IS NULL OR (coalesce(s.valid_from <= date($day), true)
  AND coalesce(s.valid_to > date($day) OR (s.valid_to = date($day) AND NOT type(s) IN $states), true)
  AND NOT coalesce(type(s) IN $periods AND left(toString(s.period), 4) + '-12-31' > $day, false)))
WITH o, s ORDER BY toString(s.as_of) DESC
WITH o, collect(s) AS edges
WITH o, edges[0] AS r, size(edges) AS count
OPTIONAL MATCH (f:Fact {id: r.fact})-[:FROM]->(d:Document)
RETURN o.id AS id, o.name AS name, count, r.product AS product,
  {fact: f.id, facts: r.facts, level: r.level, quote: f.quote, page: f.page, document: d.id, title: d.title,
    publisher: d.publisher, date: coalesce(d.published, d.retrieved)} AS citation
ORDER BY count DESC, name LIMIT $limit

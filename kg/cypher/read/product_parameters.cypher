// purpose: parameters that makers state for a product, each with its sentence
// params: key, day, states, periods, limit
// returns: id, firm, edge, citation
// mode: read
MATCH (:Product {key: $key})<-[r:HAS_PARAMETER]-(e:Enterprise)
WHERE ($day IS NULL OR (coalesce(r.valid_from <= date($day), true)
  AND coalesce(r.valid_to > date($day) OR (r.valid_to = date($day) AND NOT type(r) IN $states), true)
  AND NOT coalesce(type(r) IN $periods AND left(toString(r.period), 4) + '-12-31' > $day, false)))
OPTIONAL MATCH (f:Fact {id: r.fact})-[:FROM]->(d:Document)
RETURN e.id AS id, e.name AS firm, properties(r) AS edge,
  {fact: f.id, facts: r.facts, level: r.level, quote: f.quote, page: f.page, document: d.id, title: d.title,
    publisher: d.publisher, date: coalesce(d.published, d.retrieved)} AS citation
ORDER BY edge.name, firm LIMIT $limit

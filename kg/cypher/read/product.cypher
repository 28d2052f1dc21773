// purpose: a product with what it belongs to and how much hangs on it
// params: key, day, states, periods
// returns: key, name, makers, needs, kinds, fields, nodes
// mode: read
MATCH (p:Product {key: $key})
RETURN p.key AS key, p.name AS name, COUNT { (p)<-[r:PRODUCES]-() WHERE ($day IS NULL OR (coalesce(r.valid_from <= date($day), true)
  AND coalesce(r.valid_to > date($day) OR (r.valid_to = date($day) AND NOT type(r) IN $states), true)
  AND NOT coalesce(type(r) IN $periods AND left(toString(r.period), 4) + '-12-31' > $day, false))) } AS makers,
  [(p)<-[:ASKS_FOR]-(n) | n {.id, .title, .state, .deadline, label: labels(n)[0]}] AS needs,
  [(p)-[:KIND_OF]->(k:Product) | k {.key, .name}] AS kinds,
  [(p)-[r:IN_FOUNDATION_FIELD]->(f:FoundationField) | {name: f.name, scheme: f.scheme, level: r.level, fact: r.fact}] AS fields,
  [(p)-[:AT]->(n:ChainNode) | n {.id, .name, .stage}] AS nodes

// purpose: what criteria of tiers can be asked of an enterprise: its edges that held on a day, with foundation fields of its products
// params: id, day, relations
// returns: relation, edge, name, key, object, fields, about
// mode: read
MATCH (e:Enterprise {id: $id})-[r]->(o)
WHERE type(r) IN $relations AND coalesce(r.valid_from <= date($day), true) AND coalesce(r.valid_to > date($day), true)
RETURN type(r) AS relation, properties(r) AS edge, o.name AS name, coalesce(o.id, o.key, o.code, o.number) AS key,
  o {.kind, .granted, .tier, .batch, .title} AS object,
  [(o)-[t:IN_FOUNDATION_FIELD]->(f) | {scheme: f.scheme, name: f.name, fact: t.fact}] AS fields,
  [(o)-[t:ABOUT]->(p:Product)<-[:PRODUCES]-(e) | {name: p.name, fact: t.fact}] AS about
ORDER BY relation, key, edge.fact

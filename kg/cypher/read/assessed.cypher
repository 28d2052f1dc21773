// purpose: what criteria of tiers can be asked of enterprises: their edges that held on a day, with foundation fields of products
// params: ids, day, relations
// returns: id, relation, edge, name, key, object, fields, about
// mode: read
UNWIND $ids AS id
MATCH (e:Enterprise {id: id})-[r]->(o)
WHERE type(r) IN $relations AND coalesce(r.valid_from <= date($day), true) AND coalesce(r.valid_to > date($day), true)
RETURN id, type(r) AS relation, properties(r) AS edge, o.name AS name, coalesce(o.id, o.key, o.code, o.number) AS key,
  o {.kind, .granted, .tier, .batch, .title} AS object,
  [(o)-[t:IN_FOUNDATION_FIELD]->(f) | {scheme: f.scheme, name: f.name, level: t.level, fact: t.fact}] AS fields,
  [(o)-[t:ABOUT]->(p:Product)<-[:PRODUCES]-(e) | {name: p.name, fact: t.fact}] AS about
ORDER BY id, relation, key, edge.fact

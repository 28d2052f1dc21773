// purpose: a statement with its subject, its object and the document that says it
// params: id
// returns: fact, firm, object, document
// mode: read
MATCH (f:Fact {id: $id})-[:FROM]->(d:Document)
OPTIONAL MATCH (f)-[:SUBJECT]->(s)
OPTIONAL MATCH (s)-[:IDENTIFIES]->(e:Enterprise)
OPTIONAL MATCH (f)-[:OBJECT]->(o) WHERE NOT o:Record OR f.relation IN ['SUPPLIES', 'SUBSIDIARY_OF']
OPTIONAL MATCH (o)-[:IDENTIFIES]->(other:Enterprise)
RETURN f {.*, grams: null} AS fact, d {.*} AS document,
  CASE WHEN e IS NULL THEN s {label: labels(s)[0], id: coalesce(s.id, s.key), name: coalesce(s.name, s.title)}
    ELSE e {label: 'Enterprise', .id, .name} END AS firm,
  CASE WHEN other IS NOT NULL THEN other {label: 'Enterprise', .id, .name} WHEN o IS NULL THEN null
    ELSE {label: labels(o)[0], id: coalesce(o.id, o.key, o.code, o.number), name: coalesce(o.name, o.title)} END AS object
LIMIT 1

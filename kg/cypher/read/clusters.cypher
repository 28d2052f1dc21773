// purpose: clusters with the plan that names each and the chains in it, each with the row of the document that says so
// params: -
// returns: id, name, plan, grade, valid_from, valid_to, policy, source, chains
// mode: read
MATCH (k:Cluster)
OPTIONAL MATCH (p:Policy)-[r:FOR_CLUSTER]->(k)
OPTIONAL MATCH (d:Document {id: r.document})
WITH k, p, r, d ORDER BY p.name
WITH k, collect(p.name)[0] AS policy, collect(d {document: d.id, .title, .publisher, page: r.page, level: r.level,
  date: toString(coalesce(d.published, d.retrieved))})[0] AS source
RETURN k.id AS id, k.name AS name, k.plan AS plan, k.grade AS grade, toString(k.valid_from) AS valid_from,
  toString(k.valid_to) AS valid_to, policy, source,
  COLLECT { MATCH (c:Chain)-[i:IN_CLUSTER]->(k) OPTIONAL MATCH (d:Document {id: i.document})
    RETURN {id: c.id, reason: i.reason, source: d {document: d.id, .title, .publisher, page: i.page, level: i.level,
      date: toString(coalesce(d.published, d.retrieved))}} ORDER BY c.id } AS chains
ORDER BY valid_from DESC, plan, id

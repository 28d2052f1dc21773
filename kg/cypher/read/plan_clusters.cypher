// purpose: clusters of plans with the chains that are in each, and the document that says so
// params: -
// returns: id, name, plan, grade, valid_from, valid_to, document, title, published, chains
// mode: read
MATCH (k:Cluster)
OPTIONAL MATCH (:Policy)-[f:FOR_CLUSTER]->(k)
WITH k, min(f.document) AS document
OPTIONAL MATCH (d:Document {id: document})
RETURN k.id AS id, k.name AS name, k.plan AS plan, k.grade AS grade, toString(k.valid_from) AS valid_from,
  toString(k.valid_to) AS valid_to,
  document, d.title AS title, toString(d.published) AS published,
  COLLECT { MATCH (c:Chain)-[i:IN_CLUSTER]->(k) RETURN {id: c.id, name: c.name, reason: i.reason} ORDER BY c.id } AS chains
ORDER BY plan, id

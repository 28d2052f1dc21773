// purpose: clusters of plans with the chains that are in each, and the statements that say so
// params: -
// returns: id, name, plan, grade, valid_from, valid_to, chains
// mode: read
MATCH (k:Cluster)
RETURN k.id AS id, k.name AS name, k.plan AS plan, k.grade AS grade, toString(k.valid_from) AS valid_from,
  toString(k.valid_to) AS valid_to,
  COLLECT { MATCH (c:Chain)-[i:IN_CLUSTER]->(k) RETURN {id: c.id, name: c.name, reason: i.reason, fact: i.fact} ORDER BY c.id } AS chains
ORDER BY plan, id

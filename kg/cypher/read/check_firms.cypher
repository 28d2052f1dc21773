// purpose: enterprises that no record identifies
// params: -
// returns: id, name
// mode: read
MATCH (e:Enterprise) WHERE NOT EXISTS { (:Record)-[:IDENTIFIES]->(e) }
RETURN e.id AS id, e.name AS name

// purpose: who makes watched products now, each with its best fact
// params: keys
// returns: key, id, name, fact
// mode: read
UNWIND $keys AS key
MATCH (p:Product {key: key})<-[r:PRODUCES]-(e:Enterprise) WHERE r.valid_to IS NULL AND e.retracted IS NULL
RETURN key, e.id AS id, e.name AS name, r.fact AS fact
ORDER BY key, id

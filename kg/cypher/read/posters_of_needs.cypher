// purpose: who asks, of many needs at once: as `posters`, for rows {id, name_key}
// params: needs
// returns: need, id
// mode: read
UNWIND $needs AS need
CALL (need) {
  MATCH (e:Enterprise)-[:POSTED]->(:Need|Bounty {id: need.id}) RETURN e
  UNION
  MATCH (:Record {name_key: need.name_key})-[:IDENTIFIES]->(e:Enterprise) RETURN e
}
RETURN DISTINCT need.id AS need, e.id AS id

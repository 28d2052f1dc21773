// purpose: who asks: the enterprise that posted a need or bounty, and every one that bears the name of its poster
// params: id, name_key
// returns: id
// mode: read
CALL () {
  MATCH (e:Enterprise)-[:POSTED]->(:Need|Bounty {id: $id}) RETURN e
  UNION
  MATCH (:Record {name_key: $name_key})-[:IDENTIFIES]->(e:Enterprise) RETURN e
}
RETURN DISTINCT e.id AS id

// purpose: firms that a reader names: by id, by that of a record, by credit code, or by a name that a record bears
// params: said
// returns: said, id
// mode: read
UNWIND $said AS one
CALL (one) {
  MATCH (e:Enterprise {id: one.text}) RETURN e
  UNION
  MATCH (:Record {id: one.text})-[:IDENTIFIES]->(e:Enterprise) RETURN e
  UNION
  MATCH (e:Enterprise {credit_code: one.text}) RETURN e
  UNION
  MATCH (:Record {name_key: one.name_key})-[:IDENTIFIES]->(e:Enterprise) RETURN e
}
RETURN DISTINCT one.text AS said, e.id AS id ORDER BY said, id

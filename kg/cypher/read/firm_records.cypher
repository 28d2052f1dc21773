// purpose: the records of an enterprise, named by its id or by that of any of them
// params: id
// returns: firm, record
// mode: read
CALL () {
  MATCH (e:Enterprise {id: $id}) RETURN e
  UNION
  MATCH (:Record {id: $id})-[:IDENTIFIES]->(e:Enterprise) RETURN e
}
MATCH (e)<-[:IDENTIFIES]-(r:Record)
RETURN e.id AS firm, r.id AS record ORDER BY record

// purpose: the enterprises that ids of enterprises or of records lead to now
// params: ids
// returns: id, firm
// mode: read
UNWIND $ids AS id
MATCH (:Record {id: id})-[:IDENTIFIES]->(e:Enterprise)
RETURN id, e.id AS firm

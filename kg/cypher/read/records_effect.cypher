// purpose: how many statements name these records, and how many edges their firms have
// params: ids
// returns: facts, edges, firms
// mode: read
CALL () {
  UNWIND $ids AS id MATCH (:Record {id: id})<-[:SUBJECT|OBJECT]-(f:Fact) RETURN count(DISTINCT f) AS facts
}
CALL () {
  UNWIND $ids AS id MATCH (:Record {id: id})-[:IDENTIFIES]->(e:Enterprise)
  WITH DISTINCT e
  RETURN count(e) AS firms, sum(COUNT { MATCH (e)-[r]-() WHERE r.facts IS NOT NULL }) AS edges
}
RETURN facts, edges, firms

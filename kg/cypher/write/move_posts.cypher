// purpose: what an enterprise has posted or won follows its record to the enterprise that the record identifies now
// params: rows
// returns: -
// mode: write
UNWIND $rows AS row
MATCH (old:Enterprise {id: row.id})
MATCH (:Record {id: row.id})-[:IDENTIFIES]->(new:Enterprise) WHERE new <> old
CALL (old, new) {
  MATCH (old)-[x:POSTED]->(post) MERGE (new)-[:POSTED]->(post) DELETE x
}
CALL (old, new) {
  MATCH (old)<-[x:AWARDED_TO]-(post) MERGE (new)<-[y:AWARDED_TO]-(post) SET y = properties(x) DELETE x
}

// purpose: take records out that nothing names any more
// params: rows
// returns: -
// mode: write
UNWIND $rows AS row
MATCH (r:Record {id: row.id}) WHERE NOT (r)<-[:SUBJECT|OBJECT]-() DETACH DELETE r

// purpose: take enterprises out that no record identifies any more
// params: rows
// returns: -
// mode: write
UNWIND $rows AS row
MATCH (e:Enterprise {id: row.id}) WHERE NOT (e)<-[:IDENTIFIES]-() DETACH DELETE e

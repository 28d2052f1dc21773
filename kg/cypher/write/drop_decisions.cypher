// purpose: take decisions out that are no longer in their journal
// params: rows
// returns: -
// mode: write
UNWIND $rows AS row
MATCH (d:Decision {id: row.id}) DETACH DELETE d

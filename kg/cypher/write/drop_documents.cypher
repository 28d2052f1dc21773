// purpose: take documents out that are no longer in the store
// params: rows
// returns: -
// mode: write
UNWIND $rows AS row
MATCH (d:Document {id: row.id}) DETACH DELETE d

// purpose: take facts out that their document no longer states
// params: rows
// returns: -
// mode: write
UNWIND $rows AS row
MATCH (f:Fact {id: row.id}) DETACH DELETE f

// purpose: cut records from their enterprises and documents, to be tied again
// params: rows
// returns: -
// mode: write
UNWIND $rows AS row
MATCH (r:Record {id: row.id})-[x:IDENTIFIES|IN]->() DELETE x

// purpose: free the credit codes of enterprises that are projected again
// params: rows
// returns: -
// mode: write
UNWIND $rows AS row
MATCH (e:Enterprise {id: row.id}) REMOVE e.credit_code

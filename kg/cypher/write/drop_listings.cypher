// purpose: take back that documents list things by name, to be said again
// params: rows
// returns: -
// mode: write
UNWIND $rows AS row
MATCH (:Document {id: row.id})<-[i:IN]-() WHERE i.name IS NOT NULL DELETE i

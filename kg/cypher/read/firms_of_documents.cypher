// purpose: enterprises that documents name
// params: documents
// returns: id
// mode: read
UNWIND $documents AS id
MATCH (:Document {id: id})<-[:IN]-(:Record)-[:IDENTIFIES]->(e:Enterprise)
RETURN DISTINCT e.id AS id

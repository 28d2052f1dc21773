// purpose: records as they stand, with the enterprises that they identify and the documents that name them
// params: ids
// returns: record, firms, documents
// mode: read
UNWIND $ids AS id
MATCH (r:Record {id: id})
RETURN r{.*} AS record, [(r)-[:IDENTIFIES]->(e:Enterprise) | e.id] AS firms, [(r)-[:IN]->(d:Document) | d.id] AS documents

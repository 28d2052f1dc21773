// purpose: documents as they are described in the graph
// params: ids
// returns: document
// mode: read
UNWIND $ids AS id
MATCH (d:Document {id: id})
RETURN d {.*} AS document

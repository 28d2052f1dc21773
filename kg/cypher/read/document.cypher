// purpose: a document that is in the graph, with how many statements come from it
// params: id
// returns: document, facts
// mode: read
MATCH (d:Document {id: $id})
RETURN d {.*} AS document, COUNT { (d)<-[:FROM]-(:Fact) } AS facts

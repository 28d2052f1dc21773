// purpose: documents that say that a product is made, or that a patent is about it
// params: key
// returns: document
// mode: read
MATCH (:Product {key: $key})<-[:OBJECT]-(f:Fact) WHERE f.relation IN ['PRODUCES', 'ABOUT']
RETURN DISTINCT f.document AS document ORDER BY document

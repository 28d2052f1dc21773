// purpose: date of the newest document that is more than reference data (chains, clusters, classes of products, lists of dependences)
// params: -
// returns: date
// mode: read
MATCH (d:Document) WHERE d.published IS NOT NULL AND NOT d.kind IN ['chain', 'cluster', 'classes', 'dependences']
RETURN max(d.published) AS date

// purpose: date of the newest document
// params: -
// returns: date
// mode: read
MATCH (d:Document) WHERE d.published IS NOT NULL
RETURN max(d.published) AS date

// purpose: statements of a sheet, in the order of its rows
// params: id, skip, limit
// returns: id, relation, subject, object, quote, level, page
// mode: read
MATCH (:Document {id: $id})<-[:FROM]-(f:Fact) WHERE f.state <> 'retracted'
WITH f, split(toString(f.page), ':') AS place
ORDER BY place[0], toInteger(place[-1]), f.relation, f.id SKIP $skip LIMIT $limit
RETURN f.id AS id, f.relation AS relation, f.subject_name AS subject, f.object_name AS object, f.quote AS quote, f.level AS level, f.page AS page

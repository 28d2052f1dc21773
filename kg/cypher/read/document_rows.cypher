// purpose: statements of some rows of a sheet
// params: id, places
// returns: id, relation, subject, object, level, page
// mode: read
MATCH (:Document {id: $id})<-[:FROM]-(f:Fact) WHERE f.state <> 'retracted' AND f.page IN $places
RETURN f.id AS id, f.relation AS relation, f.subject_name AS subject, f.object_name AS object, f.level AS level, f.page AS page
ORDER BY relation, object, id

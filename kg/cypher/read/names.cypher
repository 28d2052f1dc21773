// purpose: labels and relationship types that the graph knows
// params: -
// returns: kind, name
// mode: read
CALL db.labels() YIELD label RETURN 'label' AS kind, label AS name
UNION ALL
CALL db.relationshipTypes() YIELD relationshipType RETURN 'type' AS kind, relationshipType AS name

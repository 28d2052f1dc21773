// purpose: processes and equipment of firms, by their ids, each with its sentence
// params: ids
// returns: id, process, equipment, capacity, unit, fact
// mode: read
UNWIND $ids AS id
MATCH (:Enterprise {id: id})-[r:CAPABLE_OF]->(p:Process)
RETURN id, p.name AS process, r.equipment AS equipment, r.capacity AS capacity, r.unit AS unit, r.fact AS fact
ORDER BY id, process, fact

// zh: 谁会某种工艺，用什么设备，产能多大
// en: Who masters a process, by what equipment
// topic: technology
// words: 工艺 设备 产能 能力 process equipment capacity
// param process: text = 冷辗 | 工艺或设备名称里的字 | part of the process or the equipment
// column e: 企业 | firm
// column process: 工艺 | process
// column equipment: 设备 | equipment
// column capacity: 产能 | capacity
// column as_of: 依据日期 | as of
// column fact: 依据 | evidence
// unknown: 没有写出工艺的企业不在内。 | Firms that state no process are left out.
MATCH (e:Enterprise)-[r:CAPABLE_OF]->(p:Process)
WHERE p.name CONTAINS $process OR r.equipment CONTAINS $process
RETURN e, p.name AS process, r.equipment AS equipment, r.capacity AS capacity, r.as_of AS as_of, r.fact AS fact
ORDER BY e.name

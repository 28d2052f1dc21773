// zh: 专利集中在哪些国际分类
// en: Patents by class of the IPC
// topic: technology
// words: 专利 IPC 分类 领域 集中 patents class field
// column ipc: 国际专利分类（小类） | subclass of the IPC
// column patents: 专利数 | patents
// column firms: 企业数 | firms
// column as_of: 最新依据日期 | newest source
// column fact: 依据（前三条） | evidence (the first three)
// unknown: 没有分类号的专利单列为“不详”。 | Patents without a class are counted as unknown.
MATCH (e:Enterprise)-[r:OWNS_PATENT]->(p:Patent)
RETURN coalesce(left(p.ipc, 4), '不详') AS ipc, count(DISTINCT p) AS patents, count(DISTINCT e) AS firms, max(r.as_of) AS as_of,
  collect(DISTINCT r.fact)[..3] AS fact
ORDER BY patents DESC, ipc

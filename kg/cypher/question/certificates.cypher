// zh: 哪些企业持有某种证书
// en: Firms that hold a certificate
// topic: titles
// words: 证书 认证 体系 资质 certificate ISO
// param certificate: text =  | 证书名称里的字，空着是全部 | part of the certificate's name; empty: all
// column e: 企业 | firm
// column certificate: 证书 | certificate
// column number: 编号 | number
// column until: 有效期止 | valid until
// column as_of: 依据日期 | as of
// column fact: 依据 | evidence
// unknown: 没有写明有效期的空着，不等于一直有效。 | A missing end is not stated; it does not mean valid for ever.
MATCH (e:Enterprise)-[r:HOLDS_CERTIFICATE]->(c:Certificate)
WHERE coalesce(c.name, c.id) CONTAINS $certificate
RETURN e, coalesce(c.name, c.id) AS certificate, r.number AS number, r.valid_to AS until, r.as_of AS as_of, r.fact AS fact
ORDER BY certificate, e.name

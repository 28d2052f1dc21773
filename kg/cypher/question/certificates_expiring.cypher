// zh: 哪些证书将在某日之前到期
// en: Certificates that end before a day
// topic: titles
// words: 证书 到期 有效期 即将 expiring certificates
// param before: day = 2030-12-31 | 在这一天以前 | before this day
// column e: 企业 | firm
// column certificate: 证书 | certificate
// column until: 有效期止 | valid until
// column as_of: 依据日期 | as of
// column fact: 依据 | evidence
// unknown: 没有写明有效期的证书不在内。 | Certificates without a stated end are left out.
MATCH (e:Enterprise)-[r:HOLDS_CERTIFICATE]->(c:Certificate)
WHERE r.valid_to IS NOT NULL AND r.valid_to < date($before)
RETURN e, coalesce(c.name, c.id) AS certificate, r.valid_to AS until, r.as_of AS as_of, r.fact AS fact
ORDER BY until, e.name

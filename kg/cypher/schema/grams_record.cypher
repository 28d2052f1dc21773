// purpose: search of records, the names that sources give
// params: -
// returns: -
// mode: schema
CREATE FULLTEXT INDEX grams_record IF NOT EXISTS FOR (n:Record) ON EACH [n.grams]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}}

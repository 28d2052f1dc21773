// purpose: statements that run now, this one left out; for those who want to stop the server
// params: -
// returns: statements
// mode: read
SHOW TRANSACTIONS YIELD currentQuery
WHERE currentQuery <> '' AND NOT currentQuery STARTS WITH 'SHOW TRANSACTIONS'
RETURN count(*) AS statements

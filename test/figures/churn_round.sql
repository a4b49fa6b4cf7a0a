-- A third of the rows goes and comes again.
DELETE FROM words WHERE hashint4(id + :round) % 3 = 0;
VACUUM words;
SELECT pg_current_xact_id() IS NULL AS next \gset
VACUUM words;
INSERT INTO words SELECT id, v FROM source WHERE hashint4(id + :round) % 3 = 0 ORDER BY id;

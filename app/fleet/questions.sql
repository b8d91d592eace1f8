-- The questions of a review of the sample incident in SQL, and what DuckDB answers:
--
--   chainglass-parquet incident.zip -o parquet
--   SET TimeZone = 'UTC';
--   CREATE VIEW entries AS SELECT * FROM read_parquet('parquet/**/*.parquet', union_by_name = true);
--
-- The page gives the same numbers. A test asks them all.

-- When did node 1 restart?
SELECT (max(ts) FILTER (run = 1))::text AS heard_last, (min(ts) FILTER (run = 2))::text AS heard_first
FROM entries WHERE node = 'node-1';
--> heard_first=2026-05-22 16:18:21.488726+00 heard_last=2026-05-22 16:17:59.833401+00

-- Which reason failed most between 16:08 and 16:15, and on which node did it begin?
SELECT template, count(*) AS n, arg_min(node, ts) AS began_on, min(ts)::text AS began_at
FROM entries WHERE chain = 'action' AND template IS NOT NULL AND ts >= '2026-05-22 16:08' AND ts < '2026-05-22 16:15'
GROUP BY template ORDER BY n DESC LIMIT 1;
--> began_at=2026-05-22 16:08:01.330872+00 began_on=node-2 n=5585 template=peer # unreachable: connection refused

-- How many starts were gated before the restart, and how long was the longest cooldown, in ms?
SELECT count(*) AS n, max(delay) AS longest
FROM entries WHERE node = 'node-1' AND chain = 'action' AND run = 1 AND kind = 'start_daemon' AND outcome = 'Gated';
--> longest=29963 n=796

-- How many actions exhausted their retries, and on which node most?
SELECT node, count(*) AS n
FROM entries WHERE chain = 'action' AND template = 'dispatch retry budget exhausted after # attempts'
GROUP BY node ORDER BY n DESC;
--> n=1588 node=node-2
--> n=1172 node=node-1
--> n=1143 node=node-3

-- What became of one of them, attempt by attempt?
SELECT ts::text AS ts, outcome, reason
FROM entries WHERE node = 'node-2' AND chain = 'action' AND run = 1 AND id = 949 ORDER BY position;
--> outcome=Failed reason=source checksum mismatch at seq 847494 ts=2026-05-22 16:08:00.871605+00
--> outcome=Failed reason=source checksum mismatch at seq 847494 ts=2026-05-22 16:08:01.166142+00
--> outcome=Failed reason=source checksum mismatch at seq 847494 ts=2026-05-22 16:08:01.41709+00
--> outcome=Failed reason=source checksum mismatch at seq 847494 ts=2026-05-22 16:08:01.633248+00
--> outcome=Failed reason=dispatch retry budget exhausted after 6 attempts ts=2026-05-22 16:08:02.621512+00

-- Did a dispatcher panic, and when?
SELECT node, ts::text AS ts, seq
FROM entries WHERE chain = 'action' AND reason LIKE '%panicked%';
--> node=node-1 seq=6355 ts=2026-05-22 16:12:30.311905+00

-- Who tried to drain node 1 and was refused, and why?
SELECT ts::text AS ts, operators, reason
FROM entries WHERE chain = 'audit' AND event = 'drain' AND outcome = 'Rejected';
--> operators=53261 reason=not_authorized ts=2026-05-22 16:15:00.314154+00

-- What was node 1's recent_failures at the moment of the freeze? How many, the oldest and the newest:
WITH ring AS (
  SELECT * FROM entries WHERE node = 'node-1' AND chain = 'action' AND outcome <> 'Dispatched'
    AND ts <= (SELECT ts FROM entries WHERE chain = 'audit' AND event = 'freeze_cluster')
  ORDER BY position DESC LIMIT 256
)
SELECT count(*) AS n, arg_min(id, position) AS oldest, arg_max(id, position) AS newest FROM ring;
--> n=256 newest=5067 oldest=4815

-- Which node's clock is off, and by how many seconds?
SELECT node, round(median(emitted_at_ms / 1e3 - ts_ns / 1e9), 3) AS seconds
FROM entries WHERE chain = 'action' GROUP BY node HAVING abs(seconds) > 0.25;
--> node=node-3 seconds=-1.701

-- Has every live failure its counterpart on the action chain?
SELECT f.node, count(*) AS live, count(a.id) AS with_counterpart
FROM (SELECT * FROM entries WHERE chain = 'failure') f
LEFT JOIN (SELECT * FROM entries WHERE chain = 'action' AND (outcome = 'Gated' OR outcome = 'Failed' AND delay IS NULL)) a
  ON a.node = f.node AND a.run = f.run AND f.kind = 'action-id:' || a.id
  AND f.reason = CASE a.outcome WHEN 'Failed' THEN a.reason ELSE 'gated (' || a.reason || ') for ' || a.delay || ' ms' END
  AND abs(epoch(a.ts) - epoch(f.ts)) < 60
GROUP BY f.node ORDER BY f.node;
--> live=1969 node=node-1 with_counterpart=1969
--> live=1588 node=node-2 with_counterpart=1588
--> live=1143 node=node-3 with_counterpart=1143

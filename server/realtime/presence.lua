-- Who is in a show, over all nodes: each account once, however many tabs, nodes and reconnects.
--
-- KEYS[1]  sorted set: account, by when it is forgotten (ms of this server's clock)
-- KEYS[2]  hash: account, the node where it came in last; only that one may take it out, so that a
--          connection which is found dead long after its owner came back elsewhere takes nobody away
-- ARGV     node, how long to remember (ms), accounts that came, those that are still there, those that left,
--          each of the three as one text with commas
-- Answers how many there are.
local node, remembered, came, stayed, left = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local eachIn = function(accounts) return string.gmatch(accounts, '[^,]+') end

for account in eachIn(came) do
  redis.call('ZADD', KEYS[1], now + remembered, account)
  redis.call('HSET', KEYS[2], account, node)
end
for account in eachIn(stayed) do
  redis.call('ZADD', KEYS[1], now + remembered, account)
  redis.call('HSETNX', KEYS[2], account, node)
end
for account in eachIn(left) do
  if redis.call('HGET', KEYS[2], account) == node then
    redis.call('ZREM', KEYS[1], account)
    redis.call('HDEL', KEYS[2], account)
  end
end

local gone = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 1000)
if #gone > 0 then
  redis.call('ZREM', KEYS[1], unpack(gone))
  redis.call('HDEL', KEYS[2], unpack(gone))
end
redis.call('PEXPIRE', KEYS[1], remembered)
redis.call('PEXPIRE', KEYS[2], remembered)
return redis.call('ZCARD', KEYS[1])

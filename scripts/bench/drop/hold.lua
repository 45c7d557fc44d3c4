-- One hold by the same rules, as one script: first result of a key, show live, not banned, window, cap,
-- limit per buyer, units past their time taken back on demand, hold with its end, ledger line, chain.
-- KEYS: show, bans, first results, offer, bought by buyer, holds due, ledger. ARGV: hold, buyer, key, quantity, ms, run
local show, bans, firsts, offer, bought, due, ledger = unpack(KEYS)
local id, buyer, key, quantity, ms, run = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]
local first = redis.call('HGET', firsts, buyer .. ' ' .. key)
if first then return { 1, first } end
if redis.call('GET', show) ~= 'live' then return { 7 } end
if redis.call('SISMEMBER', bans, buyer) == 1 then return { 6 } end
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local o = redis.call('HMGET', offer, 'starts', 'ends', 'cap', 'taken', 'perBuyer', 'onHand', 'held', 'sold', 'price', 'n', 'hash')
if not o[1] then return { 3 } end
if now < tonumber(o[1]) or (o[2] ~= '' and now >= tonumber(o[2])) then return { 4 } end
local mine = tonumber(redis.call('HGET', bought, buyer) or '0')
if mine + quantity > tonumber(o[5]) then return { 5 } end
local taken, held, n, hash = tonumber(o[4]), tonumber(o[7]), tonumber(o[10]), o[11]
local function room() return math.min(tonumber(o[6]) - held - tonumber(o[8]), tonumber(o[3]) - taken) end
local function line(kind, hold)
  n = n + 1
  hash = redis.sha1hex(hash .. n .. kind .. quantity .. hold .. now)
  redis.call('XADD', ledger, '*', 'n', n, 'kind', kind, 'quantity', quantity, 'hold', hold, 'at', now, 'hash', hash)
end
if room() < quantity then
  for _, old in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, 2000)) do
    redis.call('ZREM', due, old)
    redis.call('HSET', run .. ':hold:' .. old, 'state', 'expired')
    held, taken = held - quantity, taken - quantity
    line('expire', old)
  end
end
local granted = room() >= quantity
if granted then
  held, taken = held + quantity, taken + quantity
  line('hold', id)
  redis.call('HSET', run .. ':hold:' .. id, 'buyer', buyer, 'quantity', quantity, 'price', o[9], 'state', 'active', 'created', now, 'expires', now + ms)
  redis.call('HSET', firsts, buyer .. ' ' .. key, id)
  redis.call('HINCRBY', bought, buyer, quantity)
  redis.call('ZADD', due, now + ms, id)
end
if granted or held ~= tonumber(o[7]) then redis.call('HSET', offer, 'held', held, 'taken', taken, 'n', n, 'hash', hash) end
if granted then return { 0, o[9], now + ms } end
return { 2 }

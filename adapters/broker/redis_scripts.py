"""What Redis does at one go for the broker, in Lua. All keys of a call lie in one slot; see `redis_keys.py`.

A group's place in a stream is the last-delivered id of a consumer group of that name, moved by acknowledging alone, so
`XINFO GROUPS` shows the group and its lag. Nothing is ever pending: who reads is decided by a lease.
"""

_GROUPS = """
local function group_of(key, name)
  if redis.call('EXISTS', key) == 0 then return nil end
  for _, fields in ipairs(redis.call('XINFO', 'GROUPS', key)) do
    local group = {}
    for i = 1, #fields, 2 do group[fields[i]] = fields[i + 1] end
    if group['name'] == name then return group end
  end
  return nil
end

local function older(one, other)
  local a, b = string.match(one, '^(%d+)-(%d+)$')
  local c, d = string.match(other, '^(%d+)-(%d+)$')
  a, b, c, d = tonumber(a), tonumber(b), tonumber(c), tonumber(d)
  return a < c or (a == c and b < d)
end

local function counts(key)
  local info, found = redis.call('XINFO', 'STREAM', key), {}
  for i = 1, #info, 2 do found[info[i]] = info[i + 1] end
  return found['entries-added'], found['length']
end
"""

# KEYS: memory, mark, streams. ARGV: the memory that is expected or '', milliseconds kept, seconds between trims, then
# per message: stream's number, id, key, body, traceparent or ''.
# Answers 0 if the server was emptied meanwhile, and then stores nothing:
# what was lost is to come first. A script is carried out whole or, out of memory, refused whole: no message overtakes
# another of its partition.
# At most once per time, what is old goes, except what some group has not acknowledged.
PUBLISH = (
    _GROUPS
    + """
if ARGV[1] ~= '' and redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
for i = 4, #ARGV, 5 do
  local entry = {'id', ARGV[i + 1], 'key', ARGV[i + 2], 'body', ARGV[i + 3]}
  if ARGV[i + 4] ~= '' then entry[7], entry[8] = 'traceparent', ARGV[i + 4] end
  redis.call('XADD', KEYS[ARGV[i] + 2], '*', unpack(entry))
end
if redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[3]) then
  local now = redis.call('TIME')
  local horizon = string.format('%.0f-0', now[1] * 1000 + math.floor(now[2] / 1000) - ARGV[2])
  for i = 3, #KEYS do
    local least = horizon
    for _, fields in ipairs(redis.call('XINFO', 'GROUPS', KEYS[i])) do
      local group = {}
      for j = 1, #fields, 2 do group[fields[j]] = fields[j + 1] end
      if older(group['last-delivered-id'], least) then least = group['last-delivered-id'] end
      if group['pending'] > 0 then
        local first = redis.call('XPENDING', KEYS[i], group['name'])[2]
        if older(first, least) then least = first end
      end
    end
    if older('0-1', least) then redis.call('XTRIM', KEYS[i], 'MINID', '~', least) end
  end
end
return 1
"""
)

# KEYS: lease, streams. ARGV: token, lease in milliseconds, group, most entries, then per stream the id to read behind,
# or '' for the group's own. Answers nothing if another member has the lease, else per stream the id that was read
# behind and the entries. An id that is no more in its stream and is not the group's own was lost by the server (a
# failover, a restart): reading begins anew behind the group's own.
READ = (
    _GROUPS
    + """
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return {} end
if not owner then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
local name, room, answer = ARGV[3], tonumber(ARGV[4]), {}
for i = 2, #KEYS do
  local key, from = KEYS[i], ARGV[i + 3]
  if not owner or from == '' or #redis.call('XRANGE', key, from, from) == 0 then
    local group = group_of(key, name)
    if group then
      from = group['last-delivered-id']
    else
      local gone = 0
      if redis.call('EXISTS', key) == 1 then
        local added, length = counts(key)
        gone = added - length
      end
      redis.call('XGROUP', 'CREATE', key, name, '0', 'MKSTREAM', 'ENTRIESREAD', gone)
      from = '0-0'
    end
  end
  local entries = {}
  if room > 0 then
    entries = redis.call('XRANGE', key, '(' .. from, '+', 'COUNT', room)
    room = room - #entries
  end
  answer[i - 1] = {from, entries}
end
return answer
"""
)

# KEYS: lease, streams. ARGV: token, group, then per stream the last id that is done and how many entries that makes.
# Answers 0 if another member has the lease.
ACKNOWLEDGE = (
    _GROUPS
    + """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
for i = 2, #KEYS do
  local key, id, done = KEYS[i], ARGV[2 * i - 1], ARGV[2 * i]
  local group = group_of(key, ARGV[2])
  if group and older(group['last-delivered-id'], id) and #redis.call('XRANGE', key, id, id) == 1 then
    local read = group['entries-read']
    if read then
      redis.call('XGROUP', 'SETID', key, ARGV[2], id, 'ENTRIESREAD', read + done)
    else
      redis.call('XGROUP', 'SETID', key, ARGV[2], id)
    end
  end
end
return 1
"""
)

# KEYS: streams. ARGV: group. How many entries the group has before it.
LAG = (
    _GROUPS
    + """
local lag = 0
for _, key in ipairs(KEYS) do
  if redis.call('EXISTS', key) == 1 then
    local added, length = counts(key)
    local group = group_of(key, ARGV[1])
    local read = group and group['entries-read']
    if read then lag = lag + math.min(length, math.max(0, added - read)) else lag = lag + length end
  end
end
return lag
"""
)

# KEYS: lease. ARGV: token, lease in milliseconds.
RENEW = "return redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('PEXPIRE', KEYS[1], ARGV[2]) or 0"

# KEYS: lease. ARGV: token.
RELEASE = "return redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('DEL', KEYS[1]) or 0"

# KEYS: members. ARGV: member, milliseconds that it counts as alive. Answers all that are alive, by name.
JOIN = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local members = redis.call('ZRANGE', KEYS[1], 0, -1)
table.sort(members)
return members
"""

# KEYS: members. ARGV: member.
LEAVE = "return redis.call('ZREM', KEYS[1], ARGV[1])"

# KEYS: memory. ARGV: the id that it gets if it has none.
REMEMBER = "redis.call('SET', KEYS[1], ARGV[1], 'NX') return redis.call('GET', KEYS[1])"

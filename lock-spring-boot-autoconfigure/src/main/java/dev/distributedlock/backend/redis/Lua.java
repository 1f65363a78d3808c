package dev.distributedlock.backend.redis;

/**
 * Functions of several {@link LockScript scripts}. Those that only a contended or a
 * shared lock needs are defined where that is known, as a definition costs time with each
 * call. Times are texts in µs, and what goes to Redis is text: a number that Redis has to
 * format costs more than most commands.
 */
final class Lua {

	static final String TIME = """
			local function time()
				local time = redis.call('TIME')
				return time[1] .. string.format('%06d', time[2])
			end
			""";

	/**
	 * The counter is the first write of a grant, as Redis checks for free memory at the
	 * first write of a script only.
	 */
	static final String HOLDING = """
			local function take(tokens, now)
				local given = tonumber(redis.call('GET', KEYS[2])) or 0
				local first = given < tonumber(now) and now or string.format('%.0f', given + 1)
				local last = string.format('%.0f', first + tokens - 1)
				redis.call('SET', KEYS[2], last)
				return first, last
			end
			local function hold(owner, tokens, now, told, instance, lease)
				local first, last = take(tokens, now)
				local held = owner .. '\\n' .. first .. '\\n' .. last .. '\\n' .. now .. '\\n' .. told .. '\\n' .. instance
				redis.call('SET', KEYS[1], held, 'PX', lease)
				return first, last, held
			end
			""";

	/**
	 * Who holds the lock: {@code single} the text of one who holds it alone, or how many
	 * owners with which limits, the smallest of them, and a time before which none of
	 * their leases ends.
	 */
	static final String STATE = """
			local single, count, limits, limit, ends, front, seen = false, 0, {}, math.huge, math.huge, '', '0'
			local function parse(held)
				local owner, first, last, since, told, instance =
					string.match(held, '^([^\\n]*)\\n(%d+)\\n(%d+)\\n(%d+)\\n([^\\n]*)\\n(.*)$')
				if not owner then
					error('WRONGTYPE not a lock', 0)
				end
				return owner, first, last, since, told, instance
			end
			""";

	/**
	 * Places in the queue, and messages to those who have them. The score of a place says
	 * when it was asked for first. Where the number of listeners cannot be trusted, it is
	 * noted for the channel when one of its places is asked for again; a note counts for
	 * three seconds, as long as the notes stay; old ones are removed when another channel
	 * comes, and the one without a name says when that was. A note comes after a write
	 * that needs no memory, so that those who wait are not taken for silent when Redis
	 * has none left.
	 */
	static final String PLACES = """
			local function isSilent(channel, since, now)
				if now - since <= 3000000 then
					return false
				end
				local last = redis.pcall('HGET', KEYS[4], channel)
				return type(last) ~= 'table' and now - (last or 0) > 3000000
			end
			local function asked(channel, now)
				if redis.pcall('HSET', KEYS[4], channel, now) == 1 and isSilent('', '0', now) then
					local notes = redis.pcall('HGETALL', KEYS[4])
					for i = 1, #notes, 2 do
						if now - notes[i + 1] > 3000000 then
							redis.pcall('HDEL', KEYS[4], notes[i])
						end
					end
					redis.pcall('HSET', KEYS[4], '', now)
				end
				redis.pcall('PEXPIRE', KEYS[4], '3000')
			end
			local function enlist(place, now, channel, trusted)
				local added = redis.pcall('ZADD', KEYS[3], 'NX', now, place)
				local kept = redis.pcall('PEXPIRE', KEYS[3], '10000')
				if type(kept) == 'table' then
					redis.pcall('ZREM', KEYS[3], place)
				elseif kept == 1 and added ~= 1 and trusted ~= '1' then
					asked(channel, now)
				end
			end
			local function publish(channel, message)
				if string.sub(channel, 1, 1) == '!' then
					redis.pcall('SPUBLISH', string.sub(channel, 2), message)
				else
					redis.pcall('PUBLISH', channel, message)
				end
			end
			""";

	/**
	 * Reads the state. Owners whose lease has ended are forgotten when the time has come
	 * before which none does.
	 */
	static final String READING = """
			local function counted(change, ofLimit)
				limits[ofLimit] = (limits[ofLimit] or 0) + change
				count, limit = 0, math.huge
				for one, holders in pairs(limits) do
					if holders > 0 then
						count, limit = count + holders, math.min(limit, tonumber(one))
					end
				end
			end
			local function summary()
				local parts = {}
				for one, holders in pairs(limits) do
					if holders > 0 then
						parts[#parts + 1] = one .. ':' .. holders
					end
				end
				return table.concat(parts, ',') .. string.format('\\n%.0f\\n', ends) .. front .. '\\n' .. seen
			end
			local function settle()
				if count > 0 then
					redis.pcall('HSET', KEYS[1], '', summary())
				else
					redis.call('DEL', KEYS[1])
					ends, front = math.huge, ''
				end
			end
			local function look(held, now)
				if type(held) == 'string' then
					single, count, limit = held, 1, 1
				elseif held then
					local text, holders = redis.call('HGET', KEYS[1], '') or ''
					holders, ends, front, seen = string.match(text, '^([%d:,]+)\\n(%d+)\\n([^\\n]*)\\n(%d+)$')
					if not holders then
						error('WRONGTYPE not a lock', 0)
					end
					for one, number in string.gmatch(holders, '(%d+):(%d+)') do
						counted(tonumber(number), one)
					end
					ends = tonumber(ends)
					if ends <= tonumber(now) then
						ends = math.huge
						local fields = redis.call('HGETALL', KEYS[1])
						for i = 1, #fields, 2 do
							if fields[i] ~= '' then
								local over, its = string.match(fields[i + 1], '^(%d+)\\n%d+\\n%d+\\n%d+\\n(%d+)\\n')
								if tonumber(over) <= tonumber(now) then
									redis.call('HDEL', KEYS[1], fields[i])
									counted(-1, its)
								else
									ends = math.min(ends, over)
								end
							end
						end
						settle()
					end
				end
			end
			local function oneOfThem(now)
				local fields = redis.pcall('HRANDFIELD', KEYS[1], '2', 'WITHVALUES')
				if fields['err'] then
					fields = redis.call('HGETALL', KEYS[1])
				end
				local found = fields[1] ~= '' and fields[2] or fields[4]
				local over, first, last, since, its, instance =
					string.match(found, '^(%d+)\\n(%d+)\\n(%d+)\\n(%d+)\\n(%d+)\\n(.*)$')
				return instance, first, since, math.floor((over - now) / 1000)
			end
			""";

	/** Grants to one who may not be alone, and what becomes of them. */
	static final String SHARING = """
			local function admits(maxHolders)
				return count < math.min(limit, tonumber(maxHolders))
			end
			local function lastAtLeast(lease)
				if redis.call('PTTL', KEYS[1]) < tonumber(lease) then
					redis.call('PEXPIRE', KEYS[1], lease)
				end
			end
			local function grant(owner, tokens, now, told, instance, lease, maxHolders)
				if maxHolders == '1' then
					local first, last, held = hold(owner, tokens, now, told, instance, lease)
					single, count, limit = held, 1, 1
					return first, last
				end
				local first, last = take(tokens, now)
				local over = now + lease * 1000
				ends = math.min(ends, over)
				counted(1, maxHolders)
				redis.call('HSET', KEYS[1], owner, table.concat({string.format('%.0f', over), first, last, now, maxHolders,
					instance}, '\\n'), '', summary())
				lastAtLeast(lease)
				return first, last
			end
			local function grantOf(owner)
				return count > 0 and not single and redis.call('HGET', KEYS[1], owner)
			end
			local function prolong(owner, grant, now, lease)
				local over, first, last, rest = string.match(grant, '^(%d+)\\n(%d+)\\n(%d+)(\\n.*)$')
				over = math.max(over, now + lease * 1000)
				redis.call('HDEL', KEYS[1], owner)
				redis.call('HSET', KEYS[1], owner, string.format('%.0f', over) .. '\\n' .. first .. '\\n' .. last .. rest)
				lastAtLeast(lease)
				return first, last
			end
			local function letGo(owner)
				local mine = grantOf(owner)
				if mine then
					redis.call('HDEL', KEYS[1], owner)
					counted(-1, string.match(mine, '^%d+\\n%d+\\n%d+\\n%d+\\n(%d+)\\n'))
					settle()
				end
				return mine
			end
			""";

	/**
	 * A grant to one of the queue lasts for three seconds, until its owner renews it. One
	 * whose channel nobody listens to, because its instance has died, is left out; where
	 * the number of listeners cannot be trusted (the instance may listen at another node)
	 * one whose channel has not asked for three seconds. They are counted before, as what
	 * is published reaches the replicas, too: no message may tell of a grant that was
	 * taken back. Places in a queue that nobody asks for any more are forgotten after ten
	 * seconds, and so is one of a living instance that keeps others from sharing a lock.
	 * Where thousands can share it one script does not grant to all of them, as nobody
	 * else is served meanwhile: the next one who asks or lets go brings it on.
	 */
	static final String QUEUEING = """
			local function leave(owner, known)
				if known ~= '' then
					redis.call('ZREM', KEYS[3], known)
					return
				end
				for i, place in ipairs(redis.call('ZRANGE', KEYS[3], '0', '-1')) do
					if string.sub(place, 1, #owner + 1) == owner .. '\\n' then
						redis.call('ZREM', KEYS[3], place)
					end
				end
			end
			local function isGone(owner, asking, now)
				if owner == front and owner ~= asking then
					return now - seen > 10000000
				end
				front, seen = owner, now
				redis.pcall('HSET', KEYS[1], '', summary())
				return false
			end
			local function hasDied(channel, since, now, trusted)
				if trusted ~= '1' then
					return isSilent(channel, since, now)
				end
				return redis.pcall('PUBSUB', 'NUMSUB', channel)[2] == 0
			end
			local function grantFirst(now, key, trusted, asking)
				local granted = 0
				while not single and granted < 500 do
					local free = count == 0
					local place, since = unpack(free and redis.call('ZPOPMIN', KEYS[3])
						or redis.call('ZRANGE', KEYS[3], '0', '0', 'WITHSCORES'))
					if not place then
						return
					end
					local owner, channel, lease, tokens, told, maxHolders, instance = string.match(place,
						'^([^\\n]*)\\n([^\\n]*)\\n(%d+)\\n(%d+)\\n(%d)\\n(%d+)\\n(.*)$')
					local gone = hasDied(channel, since, now, trusted)
					local may = not gone and admits(maxHolders)
					if not gone and not may and not isGone(owner, asking, now) then
						return
					end
					if not free then
						redis.call('ZREM', KEYS[3], place)
					end
					if may then
						granted = granted + 1
						lease = string.format('%d', math.min(tonumber(lease), 3000))
						local first, last = grant(owner, tokens, now, told == '1' and channel or '', instance, lease,
							maxHolders)
						local contested = redis.call('EXISTS', KEYS[3])
						publish(channel, table.concat({owner, first, last, lease, contested, key}, '\\n'))
					end
				end
			end
			""";

	private Lua() {
	}

}

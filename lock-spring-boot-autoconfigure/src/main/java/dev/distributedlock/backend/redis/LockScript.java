package dev.distributedlock.backend.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What is done in Redis, one atomic script for each command of the SPI. The texts are
 * constant and take everything as keys and arguments; the SHA-1 is computed once.
 * <p>
 * Every script may be repeated with the same owner. RENEW and RELEASE use no command that
 * Redis refuses when its memory is full, unless they have freed some before, so that
 * holders keep and free their locks then.
 * <p>
 * A lock that one holds alone is a string of lines: owner, first token, last token, since
 * (µs), the channel to tell that others want it or nothing, instance. A lock that several
 * may hold is a hash: a field for each owner with the lines end of its lease (µs), first
 * token, last token, since (µs), limit, instance; and a field without a name with the
 * lines how many hold it with which limit, a time (µs) before which no lease ends, who
 * was seen to be first in the queue or nothing, when (µs). A place in the queue is a
 * string of lines, too: owner, channel, lease (ms), number of tokens, 1 if others that
 * want the lock are to be told to the channel, limit, instance; its score is the server's
 * time (µs) of the first attempt. The notes are a hash: a channel, and when (µs) one of
 * its places was last asked for again. A sharded channel has an exclamation mark before
 * its name.
 */
enum LockScript {

	/**
	 * KEYS: lock, counter, queue, notes; ARGV: owner, lease in ms, instance, channel or
	 * empty, number of tokens, the lock's key, whether the number of listeners to a
	 * channel can be trusted, previous owner or empty, channel to tell that others want
	 * the lock or empty, limit. Returns {@code 1, released, token, last token, contested}
	 * or {@code 0, released, instance, token, held for in µs, remaining in ms, others,
	 * last token of all}.
	 */
	ACQUIRE("acquire a lock", Lua.TIME + Lua.HOLDING + """
			local released = 0
			local held = redis.pcall('GET', KEYS[1])
			if ARGV[8] ~= '' and type(held) == 'string' and string.sub(held, 1, #ARGV[8] + 1) == ARGV[8] .. '\\n' then
				redis.call('DEL', KEYS[1])
				held = false
				released = 1
			end
			local now = time()
			if not held and ARGV[10] == '1' and redis.call('EXISTS', KEYS[3]) == 0 then
				local first, last = hold(ARGV[1], ARGV[5], now, ARGV[9], ARGV[3], ARGV[2])
				return {1, released, first, last, 0}
			end
			""" + Lua.STATE + Lua.PLACES + """
			local place = table.concat({ARGV[1], ARGV[4], ARGV[2], ARGV[5], ARGV[9] ~= '' and '1' or '0', ARGV[10],
				ARGV[3]}, '\\n')
			local waiting = ARGV[4] ~= ''
			local instance, first, last, since, left, told
			if type(held) == 'string' then
				single = held
			else
			""" + Lua.READING + Lua.SHARING + Lua.QUEUEING + """
				look(held, now)
				if ARGV[8] ~= '' and letGo(ARGV[8]) then
					released = 1
				end
				local mine, queued = grantOf(ARGV[1]), false
				if not mine then
					queued = redis.call('ZRANGE', KEYS[3], '0', '0')[1]
				end
				local turn = not mine and (not queued or queued == place) and admits(ARGV[10])
				if not mine and not turn then
					if waiting then
						enlist(place, now, ARGV[4], ARGV[7])
						waiting = false
					end
					grantFirst(now, ARGV[6], ARGV[7], ARGV[1])
					mine = grantOf(ARGV[1])
					turn = admits(ARGV[10]) and redis.call('EXISTS', KEYS[3]) == 0
				end
				if mine then
					first, last = prolong(ARGV[1], mine, now, ARGV[2])
					return {1, released, first, last, redis.call('EXISTS', KEYS[3])}
				elseif turn then
					first, last = grant(ARGV[1], ARGV[5], now, ARGV[9], ARGV[3], ARGV[2], ARGV[10])
					if queued then
						redis.call('ZREM', KEYS[3], place)
						grantFirst(now, ARGV[6], ARGV[7], '')
					end
					return {1, released, first, last, redis.call('EXISTS', KEYS[3])}
				elseif not single then
					instance, first, since, left = oneOfThem(now)
					last, told = redis.call('GET', KEYS[2]) or now, ''
				end
			end
			if single then
				local owner
				owner, first, last, since, told, instance = parse(single)
				count, left = 1, redis.call('PTTL', KEYS[1])
				if owner == ARGV[1] then
					if left < tonumber(ARGV[2]) then
						redis.call('PEXPIRE', KEYS[1], ARGV[2])
					end
					return {1, released, first, last, redis.call('EXISTS', KEYS[3])}
				end
			end
			if waiting then
				enlist(place, now, ARGV[4], ARGV[7])
			end
			if told ~= '' then
				publish(told, '\\n' .. ARGV[6])
			end
			return {0, released, instance, first, now - since, left, count - 1, last}
			"""),

	/**
	 * KEYS: locks; ARGV: owner and lease in ms for each of them. Returns for each 1, or 0
	 * if the owner lost it, or the text of an error: one that cannot be renewed does not
	 * keep the others from it.
	 */
	RENEW("renew a lock", Lua.TIME + """
			local function renew(lock, owner, lease)
				local held = redis.pcall('GET', lock)
				local mine = type(held) == 'table' and redis.call('HGET', lock, owner)
				if mine then
					local now = tonumber(time())
					local ends, rest = string.match(mine, '^(%d+)(\\n.*)$')
					if tonumber(ends) <= now then
						return 0
					end
					if tonumber(ends) < now + lease * 1000 then
						redis.call('HDEL', lock, owner)
						redis.call('HSET', lock, owner, string.format('%.0f', now + lease * 1000) .. rest)
					end
				elseif type(held) == 'table' and not redis.call('HGET', lock, '') then
					error('WRONGTYPE not a lock', 0)
				elseif type(held) ~= 'string' or string.sub(held, 1, #owner + 1) ~= owner .. '\\n' then
					return 0
				end
				if redis.call('PTTL', lock) < tonumber(lease) then
					redis.call('PEXPIRE', lock, lease)
				end
				return 1
			end
			local answers = {}
			for i = 1, #KEYS do
				local done, answer = pcall(renew, KEYS[i], ARGV[2 * i - 1], ARGV[2 * i])
				if not done then
					answer = type(answer) == 'table' and answer['err'] or tostring(answer)
				end
				answers[i] = answer
			end
			return answers
			"""),

	/**
	 * KEYS: lock, counter, queue, notes; ARGV: owner, the lock's key, whether the number
	 * of listeners can be trusted, the owner's place in the queue or empty. Returns 1, or
	 * 0 if the owner did not hold it. A grant that fails must not undo a release that has
	 * happened: those who wait ask again.
	 */
	RELEASE("release a lock", """
			local held = redis.pcall('GET', KEYS[1])
			local alone = type(held) == 'string' and string.sub(held, 1, #ARGV[1] + 1) == ARGV[1] .. '\\n'
			if alone then
				redis.call('DEL', KEYS[1])
				if redis.call('EXISTS', KEYS[3]) == 0 then
					return 1
				end
			end
			""" + Lua.TIME + Lua.HOLDING + Lua.STATE + Lua.PLACES + Lua.READING + Lua.SHARING + Lua.QUEUEING + """
			local now = time()
			look(not alone and held, now)
			local released = alone or letGo(ARGV[1])
			if not released then
				leave(ARGV[1], ARGV[4])
			end
			pcall(grantFirst, now, ARGV[2], ARGV[3], '')
			return released and 1 or 0
			"""),

	/**
	 * KEYS: lock. Returns nothing, or {@code instance, token, held for in µs, remaining
	 * in ms, others}.
	 */
	HOLDER("look up the holder of a lock", Lua.TIME + Lua.STATE + Lua.READING + """
			local now = time()
			look(redis.pcall('GET', KEYS[1]), now)
			if count == 0 then
				return {}
			end
			if single then
				local owner, first, last, since, told, instance = parse(single)
				return {instance, first, now - since, redis.call('PTTL', KEYS[1]), 0}
			end
			local instance, first, since, left = oneOfThem(now)
			return {instance, first, now - since, left, count - 1}
			"""),

	/**
	 * KEYS: a key of the probe; ARGV: 1 to ask for facts about the server. A real write,
	 * so that whatever would refuse a lock (replica, full memory, no permission, too few
	 * replicas) refuses this. Returns the texts of INFO that the user may see.
	 */
	PROBE("check that locks can be granted", """
			redis.call('SET', KEYS[1], '1', 'PX', '1000')
			redis.call('PEXPIRE', KEYS[1], '1000')
			redis.call('DEL', KEYS[1])
			redis.call('ZADD', KEYS[1], 'NX', '1', 'probe')
			redis.call('PEXPIRE', KEYS[1], '1000')
			redis.call('ZPOPMIN', KEYS[1])
			local facts = {}
			if ARGV[1] == '1' then
				for i, section in ipairs({'server', 'replication', 'memory'}) do
					local text = redis.pcall('INFO', section)
					if type(text) == 'string' then
						facts[#facts + 1] = text
					end
				end
			end
			return facts
			""");

	private final String action;

	private final String text;

	private final String sha1;

	LockScript(String action, String text) {
		this.action = action;
		this.text = text;
		this.sha1 = sha1(text);
	}

	String text() {
		return this.text;
	}

	String sha1() {
		return this.sha1;
	}

	/**
	 * Return what this does, for messages.
	 * @return the words after "Redis could not"
	 */
	String action() {
		return this.action;
	}

	private static String sha1(String text) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(digest);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-1", ex);
		}
	}

}

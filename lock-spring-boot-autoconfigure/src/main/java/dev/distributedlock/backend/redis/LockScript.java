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
 * A lock is a string of lines: owner, first token, last token, since (µs), the channel to
 * tell that others want it or nothing, instance. A place in the queue is a string of
 * lines, too: owner, channel, lease (ms), number of tokens, 1 if others that want the
 * lock are to be told to the channel, instance; its score is the server's time (µs) of
 * the first attempt. A sharded channel has an exclamation mark before its name.
 */
enum LockScript {

	/**
	 * KEYS: lock, counter, queue; ARGV: owner, lease in ms, instance, channel or empty,
	 * number of tokens, the lock's key, whether the number of listeners to a channel can
	 * be trusted, previous owner or empty, channel to tell that others want the lock or
	 * empty. Returns {@code 1, released, token, last token,
	 * contested} or {@code 0, released, instance, token, held for in µs, remaining in
	 * ms}.
	 */
	ACQUIRE("acquire a lock", Lua.TIME + Lua.HOLDING + """
			local released = 0
			local held = redis.call('GET', KEYS[1])
			if held and ARGV[8] ~= '' and string.sub(held, 1, #ARGV[8] + 1) == ARGV[8] .. '\\n' then
				redis.call('DEL', KEYS[1])
				held = false
				released = 1
			end
			local now = time()
			local queued = {}
			if not held then
				queued = redis.call('ZRANGE', KEYS[3], '0', '1')
				if not queued[1] then
					local first, last = hold(ARGV[1], ARGV[5], now, ARGV[9], ARGV[3], ARGV[2])
					return {1, released, first, last, 0}
				end
			end
			""" + Lua.READING + Lua.QUEUEING + """
			local me = ARGV[1] .. '\\n' .. ARGV[4] .. '\\n' .. ARGV[2] .. '\\n' .. ARGV[5] .. '\\n'
				.. (ARGV[9] ~= '' and '1' or '0') .. '\\n' .. ARGV[3]
			if not held then
				if queued[1] ~= me then
					if ARGV[4] ~= '' then
						enlist(me, now)
					end
					held = grantFirst(now, ARGV[6], ARGV[7])
					queued = {}
				end
				if not held then
					local first, last = hold(ARGV[1], ARGV[5], now, ARGV[9], ARGV[3], ARGV[2])
					if queued[1] then
						redis.call('ZREM', KEYS[3], me)
					end
					return {1, released, first, last, queued[2] and 1 or 0}
				end
			end
			local owner, first, last, since, told, instance = parse(held)
			if not owner then
				return redis.error_reply('WRONGTYPE not a lock')
			end
			if owner == ARGV[1] then
				if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then
					redis.call('PEXPIRE', KEYS[1], ARGV[2])
				end
				return {1, released, first, last, 0}
			end
			if ARGV[4] ~= '' then
				enlist(me, now)
			end
			if told ~= '' then
				publish(told, '\\n' .. ARGV[6])
			end
			return {0, released, instance, first, now - since, redis.call('PTTL', KEYS[1])}
			"""),

	/**
	 * KEYS: locks; ARGV: owner and lease in ms for each of them. Returns for each 1, or 0
	 * if the owner lost it, or the text of an error: one that cannot be renewed does not
	 * keep the others from it.
	 */
	RENEW("renew a lock", """
			local function renew(lock, owner, lease)
				local held = redis.call('GET', lock)
				if not held or string.sub(held, 1, #owner + 1) ~= owner .. '\\n' then
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
	 * KEYS: lock, counter, queue; ARGV: owner, the lock's key, whether the number of
	 * listeners can be trusted. Returns 1, or 0 if the owner did not hold it. A grant
	 * that fails must not undo a release that has happened: those who wait ask again.
	 */
	RELEASE("release a lock", """
			local held = redis.call('GET', KEYS[1])
			if not held or string.sub(held, 1, #ARGV[1] + 1) ~= ARGV[1] .. '\\n' then
				for i, place in ipairs(redis.call('ZRANGE', KEYS[3], '0', '-1')) do
					if string.sub(place, 1, #ARGV[1] + 1) == ARGV[1] .. '\\n' then
						redis.call('ZREM', KEYS[3], place)
					end
				end
				return 0
			end
			redis.call('DEL', KEYS[1])
			if redis.call('EXISTS', KEYS[3]) == 0 then
				return 1
			end
			""" + Lua.TIME + Lua.HOLDING + Lua.QUEUEING + """
			pcall(grantFirst, time(), ARGV[2], ARGV[3])
			return 1
			"""),

	/**
	 * KEYS: lock. Returns nothing, or {@code instance, token, held for in µs, remaining
	 * in ms}.
	 */
	HOLDER("look up the holder of a lock", Lua.TIME + Lua.READING + """
			local held = redis.call('GET', KEYS[1])
			if not held then
				return {}
			end
			local owner, first, last, since, told, instance = parse(held)
			if not owner then
				return redis.error_reply('WRONGTYPE not a lock')
			end
			return {instance, first, time() - since, redis.call('PTTL', KEYS[1])}
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

	/**
	 * Functions of several scripts. Those that only a contended lock needs are defined
	 * where that is known, as a definition costs time with each call. Times are texts in
	 * µs, and what goes to Redis is text: a number that Redis has to format costs more
	 * than most commands.
	 */
	private static final class Lua {

		static final String TIME = """
				local function time()
					local time = redis.call('TIME')
					return time[1] .. string.format('%06d', time[2])
				end
				""";

		static final String READING = """
				local function parse(held)
					return string.match(held, '^([^\\n]*)\\n(%d+)\\n(%d+)\\n(%d+)\\n([^\\n]*)\\n(.*)$')
				end
				""";

		/**
		 * The counter is the first write of a grant, as Redis checks for free memory at
		 * the first write of a script only.
		 */
		static final String HOLDING = """
				local function hold(owner, tokens, now, told, instance, lease)
					local given = tonumber(redis.call('GET', KEYS[2])) or 0
					local first = given < tonumber(now) and now or string.format('%.0f', given + 1)
					local last = string.format('%.0f', first + tokens - 1)
					local held = owner .. '\\n' .. first .. '\\n' .. last .. '\\n' .. now .. '\\n' .. told .. '\\n' .. instance
					redis.call('SET', KEYS[2], last)
					redis.call('SET', KEYS[1], held, 'PX', lease)
					return first, last, held
				end
				""";

		/**
		 * A grant to one of the queue lasts for three seconds, until its owner renews it.
		 * One whose channel nobody listens to, because its instance has died, is left
		 * out; where the number of listeners cannot be trusted (the instance may listen
		 * at another node) its grant has to expire. They are counted before, as what is
		 * published reaches the replicas, too: no message may tell of a grant that was
		 * taken back. Places in a queue that nobody asks for any more are forgotten after
		 * ten seconds.
		 */
		static final String QUEUEING = """
				local function enlist(place, now)
					redis.pcall('ZADD', KEYS[3], 'NX', now, place)
					if type(redis.pcall('PEXPIRE', KEYS[3], '10000')) == 'table' then
						redis.pcall('ZREM', KEYS[3], place)
					end
				end
				local function publish(channel, message)
					if string.sub(channel, 1, 1) == '!' then
						redis.pcall('SPUBLISH', string.sub(channel, 2), message)
					else
						redis.pcall('PUBLISH', channel, message)
					end
				end
				local function grantFirst(now, key, trusted)
					while true do
						local place = redis.call('ZPOPMIN', KEYS[3])[1]
						if not place then
							return
						end
						local owner, channel, lease, tokens, told, instance = string.match(place,
							'^([^\\n]*)\\n([^\\n]*)\\n(%d+)\\n(%d+)\\n(%d)\\n(.*)$')
						local known = trusted == '1' and redis.pcall('PUBSUB', 'NUMSUB', channel)
						if not known or known[2] ~= 0 then
							lease = string.format('%d', math.min(tonumber(lease), 3000))
							local first, last, held = hold(owner, tokens, now, told == '1' and channel or '', instance, lease)
							local contested = redis.call('EXISTS', KEYS[3])
							publish(channel, table.concat({owner, first, last, lease, contested, key}, '\\n'))
							return held
						end
					end
				end
				""";

		private Lua() {
		}

	}

}

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
 * Redis refuses when its memory is full, so that holders keep and free their locks then.
 */
enum LockScript {

	/**
	 * KEYS: lock, counter; ARGV: owner, lease in ms, instance, channel or empty. Returns
	 * {@code 1, token} or {@code 0, instance, token, held for in µs, remaining in ms}.
	 * <p>
	 * SET is the first write, as Redis checks for free memory at the first write of a
	 * script only, and not at PEXPIRE. The first PEXPIRE finds nothing to expire: it
	 * fails while there is no lock yet if the user must not use it, as a lock without
	 * expiry would stay for ever.
	 */
	ACQUIRE("acquire a lock", """
			local held = redis.call('HMGET', KEYS[1], 'owner', 'token', 'instance', 'since')
			if held[1] == ARGV[1] then
				if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then
					redis.call('PEXPIRE', KEYS[1], ARGV[2])
				end
				return {1, held[2]}
			end
			local time = redis.call('TIME')
			local now = time[1] * 1000000 + time[2]
			if held[1] then
				if ARGV[4] ~= '' then
					redis.pcall('HSET', KEYS[1], 'w:' .. ARGV[4], '1')
				end
				return {0, held[3], held[2], string.format('%.0f', now - held[4]), redis.call('PTTL', KEYS[1])}
			end
			local last = tonumber(redis.call('GET', KEYS[2])) or 0
			local token = string.format('%.0f', math.max(last + 1, now))
			redis.call('SET', KEYS[2], token)
			redis.call('PEXPIRE', KEYS[1], ARGV[2])
			redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'token', token, 'instance', ARGV[3],
				'since', string.format('%.0f', now))
			redis.call('PEXPIRE', KEYS[1], ARGV[2])
			return {1, token}
			"""),

	/**
	 * KEYS: locks; ARGV: owner and lease in ms for each of them. Returns for each 1, or 0
	 * if the owner lost it, or the text of an error: one that cannot be renewed does not
	 * keep the others from it.
	 */
	RENEW("renew a lock", """
			local function renew(lock, owner, lease)
				if redis.call('HGET', lock, 'owner') ~= owner then return 0 end
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
	 * KEYS: lock; ARGV: owner, the lock's key. Returns 1, or 0 if the owner lost it. A
	 * signal that cannot be published must not undo a release that has happened.
	 */
	RELEASE("release a lock", """
			local fields = redis.call('HGETALL', KEYS[1])
			local channels = {}
			local mine = false
			for i = 1, #fields, 2 do
				if fields[i] == 'owner' then
					mine = fields[i + 1] == ARGV[1]
				elseif string.sub(fields[i], 1, 2) == 'w:' then
					channels[#channels + 1] = string.sub(fields[i], 3)
				end
			end
			if not mine then
				return 0
			end
			redis.call('DEL', KEYS[1])
			for i = 1, #channels do
				redis.pcall('PUBLISH', channels[i], ARGV[2])
			end
			return 1
			"""),

	/**
	 * KEYS: lock. Returns nothing, or {@code instance, token, held for in µs, remaining
	 * in ms}.
	 */
	HOLDER("look up the holder of a lock", """
			local held = redis.call('HMGET', KEYS[1], 'instance', 'token', 'since')
			if not held[2] then
				return {}
			end
			local time = redis.call('TIME')
			local now = time[1] * 1000000 + time[2]
			return {held[1], held[2], string.format('%.0f', now - held[3]), redis.call('PTTL', KEYS[1])}
			"""),

	/**
	 * KEYS: a key of the probe; ARGV: 1 to ask for facts about the server. A real write,
	 * so that whatever would refuse a lock (replica, full memory, no permission, too few
	 * replicas) refuses this. Returns the texts of INFO that the user may see.
	 */
	PROBE("check that locks can be granted", """
			redis.call('SET', KEYS[1], '1', 'PX', '1000')
			redis.call('DEL', KEYS[1])
			redis.call('PEXPIRE', KEYS[1], '1000')
			redis.call('HSET', KEYS[1], 'probe', '1')
			redis.call('PEXPIRE', KEYS[1], '1000')
			redis.call('DEL', KEYS[1])
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

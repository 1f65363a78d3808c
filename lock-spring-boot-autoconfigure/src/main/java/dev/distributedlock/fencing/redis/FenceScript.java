package dev.distributedlock.fencing.redis;

/**
 * What the guard does in Redis, in one atomic step.
 */
final class FenceScript {

	/**
	 * KEYS: fence, and the key to write if there is one; ARGV: token, how long to
	 * remember it in ms, and the command with what comes after its key if there is one.
	 * Returns {@code 1} and the answer to the command, or {@code 0} and the larger token
	 * that was seen. Tokens are compared as digits: a Lua number is exact up to 2^53
	 * only.
	 */
	static final String TEXT = """
			local seen = redis.call('GET', KEYS[1])
			if seen and (#seen > #ARGV[1] or #seen == #ARGV[1] and seen > ARGV[1]) then
				return {0, seen}
			end
			redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
			if not ARGV[3] then
				return {1}
			end
			return {1, redis.call(ARGV[3], KEYS[2], unpack(ARGV, 4))}
			""";

	private FenceScript() {
	}

}

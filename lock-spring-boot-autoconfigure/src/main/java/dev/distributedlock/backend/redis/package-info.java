/**
 * The store on Redis (or Valkey), through a Redisson client. Redisson gives connections,
 * topology, TLS and pub/sub; what makes a lock of it are five constant scripts, each of
 * them atomic on the server.
 * <ul>
 * <li><b>Exclusion</b>: a lock that one holds alone is a string; it is written only if
 * nothing is there. A lock that several may hold (readers, permits) is a hash with a
 * field for each of them; one more is written only if all of them allow it.</li>
 * <li><b>Expiry</b>: the string lives as long as the lease, by the server's clock. A
 * field of the hash says when its lease ends; it does not count from then on.</li>
 * <li><b>Token</b>: {@code max(last + 1, server time in µs)}, kept in one counter for
 * each of 64 buckets, so it goes on rising when the counters are lost (restart without
 * persistence, {@code FLUSHALL}, failover) unless the clock was set back by more than
 * that took. The counters are all that stays in Redis when no lock is held.</li>
 * <li><b>Queue</b>: who is denied and waits stands in a sorted set, by the server's time
 * of its first attempt. The release grants the lock to the first and publishes that to
 * the channel of its instance: one command and one message for a change of holder.
 * Nothing is published for a lock that nobody waits for.</li>
 * </ul>
 * <b>Not guaranteed:</b> Redis replicates asynchronously. A failover can lose the newest
 * grants, and so can an eviction policy other than {@code noeviction}; then two holders
 * exist until the first one's next renewal, and only the token tells them apart.
 * <p>
 * <b>Layout</b> for a key prefix {@code lock}. The braces keep what belongs together on
 * one node of a cluster; the bucket is the CRC-32 of the key's UTF-8 form modulo 64.
 *
 * <pre>
 * lock:{b07}:lock:&lt;key&gt;   string of lines: owner, first and last token, since (µs), instance;
 *                         or hash: such lines for each owner, and a summary without a name
 * lock:{b07}:queue:&lt;key&gt;  sorted set of those who wait, gone ten seconds after the last asked
 * lock:{b07}:asked:&lt;key&gt;  hash of channels, and when their instances last asked again, gone
 *                         after three seconds; with Sentinel, replicas or cluster
 * lock:{b07}:token        the counter
 * lock:{b00}:probe        written and deleted by the probe
 * lock:grants:&lt;id&gt;        the channel of one instance
 * lock:{b07}:grants:&lt;id&gt;  the same in a cluster of Redis 7, a sharded channel
 * </pre>
 *
 * <b>Needs</b> Redis 5 or later. The least a Redis 6 user of its own must be allowed is
 *
 * <pre>
 * ACL SETUSER app on &gt;secret resetkeys ~lock:* resetchannels &amp;lock:* -&#64;all
 *   +evalsha +eval +script|load +get +set +del +exists +zadd +zpopmin +zrange +zrem
 *   +pexpire +pttl +time +publish +pubsub +subscribe +unsubscribe +ping
 * </pre>
 *
 * and {@code +select} for a database other than 0. With {@code +info} the probe can tell
 * version and role, and warns of an eviction policy that removes locks. In a cluster of
 * Redis 7 add {@code +spublish +ssubscribe}; a user who may not use {@code +pubsub} there
 * gets plain channels. Locks that several hold, and Sentinel, replicas and cluster, need
 * {@code +hget +hset +hdel +hgetall}. Sentinel and cluster need their topology commands
 * too, see Redisson's documentation.
 */
@NullMarked
package dev.distributedlock.backend.redis;

import org.jspecify.annotations.NullMarked;

package dev.distributedlock.backend.redis;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

import dev.distributedlock.testsupport.RedisServer;
import dev.distributedlock.testsupport.RespClient;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a subscriber hears of a grant that its server took back as nobody was there to
 * receive it.
 */
class GrantToNobodyIntegrationTests {

	// A master that was demoted keeps its subscribers, and hears what its new master
	// publishes.
	@Test
	void subscriberOfReplicaIsNotGrantedWhatTheMasterHasTakenBack() throws IOException {
		try (RedisServer master = RedisServer.start();
				RedisServer replica = RedisServer.start("--replicaof", "127.0.0.1", Integer.toString(master.port()));
				RespClient subscriber = replica.client()) {
			Awaitility.await("the replica follows")
				.atMost(Duration.ofSeconds(20))
				.until(() -> String.valueOf(replica.send("INFO", "replication")).contains("master_link_status:up"));
			subscriber.send("SUBSCRIBE", "grants");
			acquire(master, "first", "");
			acquire(master, "second", "grants");
			assertThat(master.send("EVAL", LockScript.RELEASE.text(), "4", "lock", "token", "queue", "asked", "first",
					"key", "1"))
				.isEqualTo(1L);
			assertThat(master.send("EXISTS", "lock")).as("nobody holds it").isEqualTo(0L);
			subscriber.readTimeout(1000);
			assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(subscriber::read);
		}
	}

	private static void acquire(RedisServer server, String owner, String channel) {
		server.send("EVAL", LockScript.ACQUIRE.text(), "4", "lock", "token", "queue", "asked", owner, "30000", "test",
				channel, "1", "key", "1", "", "", "1");
	}

}

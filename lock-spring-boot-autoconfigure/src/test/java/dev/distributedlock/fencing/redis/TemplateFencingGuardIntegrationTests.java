package dev.distributedlock.fencing.redis;

import dev.distributedlock.testsupport.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

class TemplateFencingGuardIntegrationTests extends RedisFencingGuardContract {

	private static LettuceConnectionFactory connections;

	@BeforeAll
	static void connect() {
		connections = new LettuceConnectionFactory(RedisServer.shared().host(), RedisServer.shared().port());
		connections.afterPropertiesSet();
		connections.start();
	}

	@AfterAll
	static void disconnect() {
		connections.destroy();
	}

	@Override
	FenceCommands commands() {
		return new TemplateFenceCommands(new StringRedisTemplate(connections));
	}

	@Override
	Object send(String key, String... command) {
		return RedisServer.shared().send(command);
	}

}

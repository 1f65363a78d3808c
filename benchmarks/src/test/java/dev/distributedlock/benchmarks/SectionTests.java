package dev.distributedlock.benchmarks;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Section}.
 */
class SectionTests {

	@Test
	void oneAfterTheOtherIsAlone() {
		Section section = Section.inMemory();
		assertThat(section.leftBy()).isZero();
		assertThat(section.enter(1)).isTrue();
		assertThat(section.leave(1, 10)).isTrue();
		assertThat(section.enter(2)).isTrue();
		assertThat(section.leftBy()).isEqualTo(1);
		assertThat(section.leftAt()).isEqualTo(10);
		assertThat(section.leave(2, 20)).isTrue();
	}

	@Test
	void secondAtTheEntryAndFirstAtTheExitAreNotAlone() {
		Section section = Section.inMemory();
		section.enter(1);
		assertThat(section.enter(2)).isFalse();
		assertThat(section.leave(1, 10)).isFalse();
	}

	@Test
	void processesThatMapTheSameFileShareTheSection(@TempDir Path folder) {
		Section here = Section.inFile(folder.resolve("section"));
		Section there = Section.inFile(folder.resolve("section"));
		here.enter(1);
		assertThat(there.enter(2)).isFalse();
		there.leave(2, 20);
		assertThat(here.leftBy()).isEqualTo(2);
	}

}
